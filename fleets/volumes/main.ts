import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import { messageOf } from "../../work/message.ts";
import { readRequest } from "../../work/request.ts";
import { fillVolume } from "./fill.ts";
import { fillRequestSchema } from "./request.ts";

// Fills a new volume that boxes are to share: a FillRequest as JSON on standard input. Run by the command resource of the volume, once.
try {
  const request = readRequest(fillRequestSchema, await text(process.stdin));
  await withEngine(request.engine, (engine) => fillVolume(engine, request));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
