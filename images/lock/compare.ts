import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { lockFile } from "../../plan/lockFile.ts";
import { isOfRpm, type LockedPlace } from "../../plan/lockedPackages.ts";
import { localPackages } from "../../plan/packages.ts";
import { layerPath } from "../archive/store.ts";
import type { Package } from "../proof/packages.ts";
import { readInventory } from "../proof/store.ts";
import { addedPackages } from "./added.ts";
import { installedIn } from "./installedIn.ts";
import { givenMode } from "./mode.ts";
import { lockOutcome, type LockedOtherwise } from "./outcome.ts";
import { lockWorkFolder } from "./stage.ts";
import { wayToLock } from "./registry/report.ts";
import { toldByBuild } from "./told.ts";

/** What the lock is to have of a place from now on, and what that changes. */
export interface LockEntry {
  entry: LockedPlace;
  differences: LockedOtherwise[];
}

/**
 * Compares what a build added with the lock that it was to hold to.
 * @param layers digests of the layers that it made, lowest first.
 * @param others what it added beside packages of the distribution.
 * @returns undefined where the lock has that, or has nothing of the place.
 * @throws Error with all that differs, where the lock is frozen.
 */
export function compareWithLock(
  request: PlacedRequest,
  layers: readonly string[],
  others: LockedPlace["packages"] = {},
): LockEntry | undefined {
  const { id, inputs, parent, lock = givenMode() } = request;
  if (!inputs.locked) return undefined;
  const below = parent === undefined ? [] : packagesOf(parent);
  const own = installedIn(layers.map(layerPath), below);
  const made = localPackages(inputs).map(({ name }) => name);
  const told = toldByBuild(lockWorkFolder(request));
  const { packages, differences } = lockOutcome(
    { ...addedPackages(own, below, made), ...versionsIn(others) },
    inputs.locked,
    { ...told.packages, ...others },
  );
  // What was locked from images that were there already has digests as soon as it is built.
  const isDigested = lock !== "frozen" && newDigests(packages, inputs.locked).length > 0;
  if (differences.length === 0 && !isDigested) return undefined;
  if (lock !== "frozen") return { entry: { packages, indexes: told.indexes }, differences };
  const lines = differences.map(
    ({ package: name, wanted, got }) =>
      `layers.${inputs.layer}, ${lockFile}: expected ${name} ${wanted ?? "not at all"} in ${id}, got ${got ?? "none"}; ${fixFor(name)}`,
  );
  throw new Error(lines.join("\n"));
}

/** What of rpm has a digest now, under the version that was locked without: no index is asked for those of rpm. */
function newDigests(packages: LockedPlace["packages"], before: LockedPlace["packages"]): string[] {
  return Object.entries(packages)
    .filter(([id, { sha256 }]) => isOfRpm(id) && sha256 !== undefined && id in before && !before[id]?.sha256)
    .map(([id]) => id);
}

function fixFor(name: string): string {
  const way = wayToLock(name);
  const enter = "run npm run images without CI=true, and commit what it locks";
  return way === undefined ? enter : `${way}, or ${enter}`;
}

function versionsIn(packages: LockedPlace["packages"]): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).map(([id, { version }]) => [id, version]));
}

function packagesOf(image: string): readonly Package[] {
  const inventory = readInventory(image);
  if (inventory) return inventory.contents.packages;
  throw new Error(
    `image ${image}: expected its inventory, to compare what stands on it with ${lockFile}, got none; npm run up -- --images-again makes it again`,
  );
}
