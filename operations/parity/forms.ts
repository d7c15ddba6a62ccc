import { layerPath } from "../../images/archive/store.ts";
import type { ChainImage } from "../../images/machine/plan.ts";
import { compareManifests, type ParityProblem } from "./compare.ts";
import { layersManifest } from "./layersManifest.ts";
import type { RootManifest } from "./manifest.ts";

/** Which images of a machine image's chain bring what only machines have, by their places in the chain from 0. */
export interface MachineOnly {
  first: number;
  last: number;
}

/**
 * What differs between the two forms of an image, a container's and a machine's root, apart from what the layers for
 * machines only added, changed or removed. The layers of both must be in the cache.
 */
export function compareForms(
  container: readonly ChainImage[],
  machine: readonly ChainImage[],
  { first, last }: MachineOnly,
): ParityProblem[] {
  const brought = { without: rootOf(machine[first - 1]), with: rootOf(machine[last]) };
  return compareManifests(rootOf(container.at(-1)), rootOf(machine.at(-1)), brought);
}

function rootOf(image: ChainImage | undefined): RootManifest {
  return layersManifest((image?.layers ?? []).map(layerPath));
}
