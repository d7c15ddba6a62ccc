import * as path from "node:path";
import type { Configuration } from "../../config/schema.ts";
import { knowImage } from "../../images/lock/know.ts";
import { proveImage } from "../../images/layer/prove.ts";
import { foundProblem, signedContents } from "../../images/proof/verify.ts";
import { applicationChain, chainId } from "../../plan/chain.ts";
import { inputDigest, readInputs } from "../../plan/inputs.ts";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import { toolVersions } from "../../plan/tools.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import type { LockedImage, LockReport } from "./look.ts";

/**
 * Writes what was found into the lock file, where that is something else than what stands there. The images that are there are known by it from
 * then on, so that nothing is built for it on this machine.
 * @returns whether it did.
 */
export async function writeLock(
  { packages, images }: LockReport,
  configuration: Configuration,
  root: string,
): Promise<boolean> {
  const before = readLock(root);
  const text = lockText({ ...before, packages });
  if (text === lockText(before)) return false;
  writeWhole(path.join(root, lockFile), text);
  for (const image of images) await knowByLock(image, images, configuration, root);
  return true;
}

async function knowByLock(
  { place, layer, image }: LockedImage,
  images: readonly LockedImage[],
  configuration: Configuration,
  root: string,
): Promise<void> {
  const { layers, applications, packages } = configuration;
  const recipe = layers[layer];
  if (!recipe) return;
  const at = (wanted: string) => images.find((each) => each.place === wanted)?.image;
  const tools = toolVersions(root);
  const inputs = readInputs(root, layer, recipe, tools, packages.repositories, applications, place);
  const held = recipe.holds?.map((name) => [name, at(chainId(applicationChain(configuration, name))) ?? ""]);
  const parent = at(place.slice(0, Math.max(0, place.lastIndexOf("."))));
  const digest = inputDigest(inputs, parent, held && (Object.fromEntries(held) as Record<string, string>));
  await knowImage(image, layer, digest);
  const found = { name: place, digest: image };
  if (foundProblem(root, found, digest) === undefined) return;
  // It is signed as made without the lock, and has all that stands there: that is said of it as of one whose build enters what the lock lacks.
  const request = { id: place, inputs, inputDigest: digest, ...(parent !== undefined && { parent }) };
  await proveImage(request, image, new Date(), root, signedContents(root, found));
}
