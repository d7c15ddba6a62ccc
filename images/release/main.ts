import { json } from "node:stream/consumers";
import { projectRoot } from "../../config/root.ts";
import { noteClone } from "../../work/clones.ts";
import { takeImage, type TakeRequest } from "./take.ts";
import { messageOf } from "../../work/message.ts";

// Fetches one image of a release: a TakeRequest as JSON on standard input, a BuildResult as JSON on standard output. Run
// by the command resource of the image.
try {
  noteClone(projectRoot);
  process.stdout.write(JSON.stringify(await takeImage((await json(process.stdin)) as TakeRequest)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
