import { mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { Configuration } from "../../config/schema.ts";
import { givenPasswords } from "../../images/layer/passwords.ts";
import { layerPackages } from "../../images/packages/archive.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import { readInputs } from "../../plan/inputs.ts";
import { toolVersions } from "../../plan/tools.ts";
import { cacheFolder } from "../../work/cache.ts";

/**
 * Does something with the archive of the repositories that a layer's pinned packages come from, which may hold passwords and is gone
 * afterwards; without one where the layer has none.
 */
export async function withRepositories<T>(
  layer: string,
  { layers, packages: { repositories } }: Configuration,
  root: string,
  use: (archive: string | undefined) => Promise<T>,
): Promise<T> {
  const recipe = layers[layer];
  const pinned = Object.entries(recipe?.packages ?? {}).filter(([, { version }]) => version !== undefined);
  if (!recipe || pinned.length === 0 || Object.keys(repositories).length === 0) return use(undefined);
  const only = { ...recipe, packages: Object.fromEntries(pinned) };
  const inputs = readInputs(root, layer, only, toolVersions(root), repositories);
  const work = mkdtempSync(path.join(cacheFolder("work"), "lock-"));
  try {
    const made = await layerPackages(inputs, givenPasswords(), root, work, sourceDateEpochSeconds);
    return await use(made?.packages_archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
