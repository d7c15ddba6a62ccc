import { hostname } from "node:os";
import { sha256 } from "../../plan/digest.ts";
import { cachePath } from "../../work/cache.ts";

/** The name of the lock under which the image of an input digest is built. */
export function buildLock(inputDigest: string): string {
  return `layer-${inputDigest}`;
}

/**
 * What the containers and half-made images of a build are labelled with: whose locks it is under, and its input digest. Users
 * who share an engine have locks of their own, and cannot tell whether a build of somebody else is alive.
 */
export function buildName(inputDigest: string): string {
  return `${locksDigest()}-${inputDigest}`;
}

/** The input digest of a build that is so labelled; undefined when it is somebody else's. */
export function ownInputDigest(name: string): string | undefined {
  const [locks, inputDigest] = name.split("-");
  return locks === locksDigest() ? inputDigest : undefined;
}

/** Whose locks they are, in twelve hexadecimal digits. */
export function locksDigest(): string {
  return sha256(`${hostname()}:${cachePath("locks")}`).slice(0, 12);
}
