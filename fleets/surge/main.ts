import { json } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import { aloneOnFleet, fleetLock } from "../canary/aloneOnFleet.ts";
import { makeRoom } from "./makeRoom.ts";
import type { RoomRequest } from "./request.ts";

// Makes room for the first turn of a swap: a RoomRequest as JSON on standard input. With the argument `keep`, nothing. Run by the command
// resource before the boxes of that turn.
try {
  const request = (await json(process.stdin)) as RoomRequest;
  if (process.argv[2] === "make") await withEngine(request.engine, (engine) => make(request, engine));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

function make(request: RoomRequest, engine: DockerClient): Promise<void> {
  return aloneOnFleet(fleetLock("turns", request), request.fleet, async (say) => {
    const stopped = await makeRoom(request, engine);
    if (stopped.length > 0) say(`stopped what an update that was killed had begun: ${stopped.join(", ")}`);
  });
}
