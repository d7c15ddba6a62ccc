import { existsSync } from "node:fs";
import * as path from "node:path";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { releaseProof } from "../proof/store.ts";
import { buildKey, publishKey } from "../signing/key.ts";
import { signsKeyless } from "../signing/keyless.ts";
import type { ReleaseOutput } from "./output.ts";
import { sameContent, type Release, type ReleaseImage } from "./release.ts";
import { readRelease, releaseFile, writeRelease } from "./store.ts";

/** A release and its file; `isNew` when it was written just now. */
export interface Recorded {
  release: Release;
  file: string;
  isNew: boolean;
}

/**
 * Writes the release that a stack runs, signed, unless it has been written before.
 * @throws Error when that number was given to another content, by another clone for example.
 */
export async function recordRelease(root: string, output: ReleaseOutput): Promise<Recorded> {
  const { environment, number, promotedFrom, fleets, machineImages, irreversible } = output;
  const file = releaseFile(environment, number);
  if (existsSync(path.join(root, file))) {
    const release = readRelease(root, file);
    if (sameContent(release, output)) return { release, file, isNew: false };
    throw new Error(
      `${file}: expected what ${environment} runs, got another release; another clone recorded it: run up again, which takes the next number`,
    );
  }
  const images = promotedFrom === undefined ? await describeImages(output.images) : output.images;
  const createdAt = new Date().toISOString();
  const release: Release = {
    format: 1,
    environment,
    number,
    createdAt,
    ...(promotedFrom !== undefined && { promotedFrom }),
    images,
    machineImages,
    fleets,
    ...(irreversible && { irreversible }),
  };
  // What a release refers to is there before it.
  if (promotedFrom === undefined) recordProofs(root, release);
  writeRelease(root, release);
  return { release, file, isNew: true };
}

/** The statements of all images go along, and the key that signs what is built here, where one does. */
function recordProofs(root: string, { images, machineImages }: Release): void {
  if (!signsKeyless(root)) publishKey(root, buildKey());
  for (const { image } of Object.values(images)) releaseProof(root, image);
  for (const { diskDigest } of Object.values(machineImages)) releaseProof(root, diskDigest);
}

/** The images with what the engine knows of them: their commit, and their place in a registry. */
async function describeImages(images: Record<string, ReleaseImage>): Promise<Record<string, ReleaseImage>> {
  const described = await Promise.all(
    Object.entries(images).map(async ([id, image]) => [id, await describeImage(image)] as const),
  );
  return Object.fromEntries(described);
}

async function describeImage(image: ReleaseImage): Promise<ReleaseImage> {
  const facts = await inspectImage(image.image);
  const revision = facts?.Config.Labels?.[labels.revision];
  const manifest = facts?.RepoDigests?.[0];
  const architecture = facts?.Architecture;
  return {
    ...image,
    ...(architecture !== undefined && architecture !== "amd64" && { architecture }),
    ...(revision !== undefined && revision !== "" && { revision }),
    ...(manifest !== undefined && { manifest }),
  };
}
