import type { LockedPlace } from "../../../plan/lockedPackages.ts";

/**
 * What npm is held to in the build of a layer (images/packer/locked/box/hold_npm.cjs): the locked versions of each package. What a lock file of
 * npm's has is asked for by its exact version, which that leaves alone.
 */
export function npmVersions(locked: LockedPlace["packages"]): Record<string, string[]> {
  const own = Object.entries(locked).filter(([id]) => id.endsWith(":npm"));
  return Object.fromEntries(
    own.map(([id, { version }]) => [id.slice(0, id.lastIndexOf(":")), version.split(",")]),
  );
}
