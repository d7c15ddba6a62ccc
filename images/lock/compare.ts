import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { lockFile } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { localPackages } from "../../plan/packages.ts";
import { layerPath } from "../archive/store.ts";
import type { Package } from "../proof/packages.ts";
import { readInventory } from "../proof/store.ts";
import { addedPackages } from "./added.ts";
import { installedIn } from "./installedIn.ts";
import { lockOutcome } from "./outcome.ts";
import { isFrozen } from "./frozen.ts";
import { lockWorkFolder } from "./stage.ts";
import { toldByBuild } from "./told.ts";

/**
 * Compares what a build added with the lock that it was to hold to.
 * @param layers digests of the layers that it made, lowest first.
 * @returns what the lock is to have of the place from now on; undefined where it has that, or has nothing of it.
 * @throws Error with all that differs, where the lock is frozen.
 */
export function compareWithLock(request: PlacedRequest, layers: readonly string[]): LockedPlace | undefined {
  const { id, inputs, parent } = request;
  if (!inputs.locked) return undefined;
  const below = parent === undefined ? [] : packagesOf(parent);
  const own = installedIn(layers.map(layerPath)) ?? below;
  const made = localPackages(inputs).map(({ name }) => name);
  const told = toldByBuild(lockWorkFolder(request));
  const { packages, differences } = lockOutcome(
    addedPackages(own, below, made),
    inputs.locked,
    told.packages,
  );
  if (differences.length === 0) return undefined;
  if (!isFrozen()) return { packages, indexes: told.indexes };
  const fix = "npm run images and npm run lock without CI=true lock it again";
  const lines = differences.map(
    ({ package: name, wanted, got }) =>
      `layers.${inputs.layer}, ${lockFile}: expected ${name} ${wanted} in ${id}, got ${got}; ${fix}`,
  );
  throw new Error(lines.join("\n"));
}

function packagesOf(image: string): readonly Package[] {
  const inventory = readInventory(image);
  if (inventory) return inventory.contents.packages;
  throw new Error(
    `image ${image}: expected its inventory, to compare what stands on it with ${lockFile}, got none; npm run up -- --images-again makes it again`,
  );
}
