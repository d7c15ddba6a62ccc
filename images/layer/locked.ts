import { rmSync } from "node:fs";
import { architectureOf } from "../../plan/architecture.ts";
import type { BuildResult, PlacedRequest } from "../../plan/buildRequest.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { lockFile } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import type { BuildLog } from "../../work/log.ts";
import { enterLock } from "../lock/enter.ts";
import { isFrozen } from "../lock/frozen.ts";
import { knowImage } from "../lock/know.ts";
import { lockWorkFolder, stageLock } from "../lock/stage.ts";
import { refusedByLock } from "./failure.ts";
import { publishImage } from "./publish.ts";

/** What was built, and what the lock is to have of it where it has something else. */
export type MadeLayer = BuildResult & { relocked?: LockedPlace };

/**
 * Makes a layer that holds to its lock, where it has one.
 * @throws Error that names all packages that the lock refused, where that is why it failed.
 */
export async function holdingToLock(
  request: PlacedRequest,
  root: string,
  log: BuildLog,
  make: () => Promise<MadeLayer>,
): Promise<MadeLayer> {
  if (!request.inputs.locked) return make();
  stageLock(request, root, isFrozen());
  try {
    return await make();
  } catch (error) {
    const refused = refusedByLock(log.thisTry());
    if (refused.length === 0) throw error;
    const lines = refused.map((each) => `layers.${request.inputs.layer}, ${each}`);
    throw new Error(lines.join("\n"), { cause: error });
  } finally {
    rmSync(lockWorkFolder(request), { recursive: true, force: true });
  }
}

/** Puts what was built beyond the lock into it. From then on the image is known by that lock, too: nothing is built again for it. */
export async function relock(
  request: PlacedRequest,
  image: string,
  relocked: LockedPlace,
  root: string,
  log: BuildLog,
): Promise<void> {
  const { id, parent, held } = request;
  const inputs = { ...request.inputs, locked: relocked.packages };
  const digest = inputDigest(inputs, parent, held);
  await knowImage(image, inputs.layer, digest);
  await publishImage({ ...request, inputs, inputDigest: digest }, image, log);
  await enterLock(root, id, architectureOf(inputs.tools), relocked);
  log.step(`${lockFile}: has what was installed beyond it; commit it`);
}
