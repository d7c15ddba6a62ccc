import { json } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import { messageOf } from "../../work/message.ts";
import { fleetBoxes } from "./boxes.ts";
import { Dealing } from "./Dealing.ts";
import type { HoldRequest } from "./request.ts";

// Keeps requests from boxes of a fleet that are yet to come, as long as others serve: a HoldRequest as JSON on standard input. With the
// argument `keep`, nothing. Run by the command resource of the hold.
try {
  const request = (await json(process.stdin)) as HoldRequest;
  if (process.argv[2] === "hold") await withEngine(request.engine, (engine) => hold(request, engine));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function hold(request: HoldRequest, engine: Parameters<typeof fleetBoxes>[2]): Promise<void> {
  const { old } = await fleetBoxes(request, [], engine);
  if (old.length > 0) await new Dealing(request, engine).hold();
}
