import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import { messageOf } from "../../work/message.ts";
import { readRequest } from "../../work/request.ts";
import { askFit } from "./ask.ts";
import { fitRequestSchema } from "./request.ts";

// Asks an accessory's image whether it takes the data: a FitRequest as JSON on standard input. Run by the command resource of an accessory that
// takes newer images.
try {
  const request = readRequest(fitRequestSchema, await text(process.stdin));
  await withEngine(request.engine, (engine) => askFit(engine, request));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
