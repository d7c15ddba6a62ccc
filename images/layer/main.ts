import { json } from "node:stream/consumers";
import { projectRoot } from "../../config/root.ts";
import { build } from "./build.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { givenHeld } from "../held/given.ts";
import { givenPasswords } from "./passwords.ts";
import { noteClone } from "../../work/clones.ts";
import type { BuildRequest } from "../../plan/buildRequest.ts";
import { messageOf } from "../../work/message.ts";

// Builds one layer: a BuildRequest as JSON on standard input, the parent's image id in PARENT_IMAGE, those of images that
// the layer holds as JSON in HELD_IMAGES, passwords of package repositories as JSON in REPOSITORY_PASSWORDS; a BuildResult as JSON on standard output, progress on standard error. Run by the command resource of the layer.
try {
  noteClone(projectRoot);
  const request = (await json(process.stdin)) as BuildRequest;
  const parent = process.env["PARENT_IMAGE"];
  const held = givenHeld();
  const digest = inputDigest(request.inputs, parent, held);
  const passwords = givenPasswords();
  const result = await build(
    {
      ...request,
      inputDigest: digest,
      passwords,
      ...(parent !== undefined && { parent }),
      ...(held && { held }),
    },
    projectRoot,
  );
  process.stdout.write(JSON.stringify(result));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
