import { json } from "node:stream/consumers";
import { shipImage, type ShipRequest } from "./ship.ts";
import { messageOf } from "../../work/message.ts";

// Brings one image to the engine of another machine: a ShipRequest as JSON on standard input, the image's id on standard
// output. Run by the command resource of the image.
try {
  const request = (await json(process.stdin)) as ShipRequest;
  await shipImage(request, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(request.image);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
