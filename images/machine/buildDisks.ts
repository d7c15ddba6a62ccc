import { rmSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../config/root.ts";
import { cacheFolder } from "../../work/cache.ts";
import { withLock } from "../../work/lock.ts";
import { applyLayer, buildBaseDisk } from "../disk/index.ts";
import { sourceDateEpochSeconds as sourceDateEpoch } from "../../plan/epoch.ts";
import { layerPath } from "../archive/store.ts";
import { attestDisk } from "../proof/attestDisk.ts";
import { chainImages } from "./chainImages.ts";
import { diskPath, keepDisk, knownDisk } from "./keptDisks.ts";
import { planDisks, type DiskStep } from "./plan.ts";
import type { DiskRequest } from "./request.ts";

/** One disk of a machine image's chain. */
export interface BuiltDisk {
  disk: string;
  /** SHA-256 of the raw disk, `sha256:…`. */
  diskDigest: string;
  /** Digest that the box reports. */
  digest: string;
  place: string;
}

/** Told of each step in a sentence. */
export type Say = (text: string) => void;

/**
 * The disks of a machine image, base first: the base disk, then a disk for each layer above. Each is made once on this machine
 * for what it is made from, and shared by all images that begin alike.
 */
export async function buildDisks(request: DiskRequest, say: Say): Promise<BuiltDisk[]> {
  const chain = await chainImages(request.images, say);
  const steps = planDisks(chain, { ...request, sourceDateEpoch });
  const disks: BuiltDisk[] = [];
  for (const step of steps) disks.push(await buildDisk(step, disks.at(-1), request, say));
  return disks;
}

/** One disk at a time for equal inputs: a second build waits, and finds the first one's. */
async function buildDisk(
  step: DiskStep,
  parent: BuiltDisk | undefined,
  request: DiskRequest,
  say: Say,
): Promise<BuiltDisk> {
  const { key, digest, place, volumes } = step;
  const waiting = (): void => {
    say(`waits for another build of the disk ${place}`);
  };
  return withLock(`disk-${key}`, waiting, async () => {
    const known = await knownDisk(key);
    const startedAt = new Date();
    if (known === undefined) say(parent ? `applies ${place} to the disk below` : `makes the disk ${place}`);
    const made = known ?? (await make(step, parent, request));
    const image = request.images.find((each) => each.place === place)?.image ?? "";
    if (known === undefined)
      await attestDisk(projectRoot, { diskDigest: made, image, startedAt, digest, volumes });
    return { disk: diskPath(made), diskDigest: made, digest, place };
  });
}

async function make(
  { key, digest, layers, volumes }: DiskStep,
  parent: BuiltDisk | undefined,
  { sizeMiB, setting }: DiskRequest,
): Promise<string> {
  const output = path.join(cacheFolder("work"), `disk-${key}`);
  const tars = layers.map(layerPath);
  const common = { output, digest, volumes, sourceDateEpoch, setting };
  try {
    if (parent) await applyLayer({ ...common, parentDisk: parent.disk, layerTar: tars[0] ?? "" });
    else await buildBaseDisk({ ...common, layers: tars, sizeMiB });
    return await keepDisk(key, output);
  } finally {
    rmSync(output, { force: true });
  }
}
