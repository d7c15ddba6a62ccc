import { owner } from "../config/owner.ts";
import { localEngine, type DockerClient } from "./DockerClient.ts";
import { tagImage } from "./images.ts";

const claimPattern = /^immutable-fleets\/of-([0-9a-f]{12})\//;

/**
 * The name by which an image is somebody's (config/owner.ts). The images themselves say nothing of it: equal content is one image,
 * whoever uses it, and has a name for each of them.
 */
export function claimReference(claimant: string, layer: string, inputDigest: string): string {
  return `immutable-fleets/of-${claimant}/${layer}:${inputDigest}`;
}

/** Whose name this is; undefined for other names. */
export function claimantOf(reference: string): string | undefined {
  return claimPattern.exec(reference)?.[1];
}

/** Names an image as ours, so that nobody else's collection removes it. */
export async function claimImage(
  image: string,
  layer: string,
  inputDigest: string,
  engine: DockerClient = localEngine,
): Promise<void> {
  await tagImage(image, claimReference(owner(), layer, inputDigest), engine);
}
