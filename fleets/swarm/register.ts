import { json } from "node:stream/consumers";
import { inspectImage, pullImage, pushImage, tagImage } from "../../engine/images.ts";
import { registryReference } from "../../engine/labels.ts";
import { messageOf } from "../../work/message.ts";
import type { Registered, RegisterRequest } from "./request.ts";

// Sees to it that the registry has exactly this image: a RegisterRequest as JSON on standard input, what it is registered as
// (Registered) on standard output. Run by the command resource of an image on a Swarm.
try {
  const request = (await json(process.stdin)) as RegisterRequest;
  const manifest = await registered(request);
  const facts = await inspectImage(request.image);
  const platform = { architecture: facts?.Architecture ?? "", os: facts?.Os ?? "" };
  process.stdout.write(JSON.stringify({ manifest, platform } satisfies Registered));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function registered({ place, image, inputDigest, prefix, manifest }: RegisterRequest): Promise<string> {
  if (manifest !== undefined) return manifest;
  const layer = place.split(".").at(-1) ?? place;
  const remote = registryReference(prefix, layer, inputDigest);
  await tagImage(image, remote);
  await pushImage(remote);
  const facts = await inspectImage(image);
  const copy = facts?.RepoDigests?.find((each) => each.startsWith(`${prefix}/${layer}@`));
  if (copy === undefined || !(await pullImage(copy)) || (await inspectImage(copy))?.Id !== image)
    throw new Error(`image ${place}: expected ${image} as ${remote}, got none; is the registry read-only?`);
  return copy;
}
