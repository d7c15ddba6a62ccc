import type { LayerRecipe } from "../../config/schema.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { chainId } from "../../plan/chain.ts";
import { diskVersion } from "./plan.ts";

/** What a machine image's disk is made from, beside its images: known before they are built. */
export interface DiskInputs {
  /** Places of the images, base first. */
  places: string[];
  /** How many of them, from below, make the base disk. */
  baseImages: number;
  sizeMiB: number;
  volumes: Record<string, string>;
  tools: { disk: string };
}

/**
 * The inputs of a chain's disk.
 * @throws Error when no layer of the chain brings a kernel.
 */
export function diskInputs(
  chain: readonly string[],
  layers: Readonly<Record<string, LayerRecipe>>,
  { sizeMiB, volumes = {} }: { sizeMiB: number; volumes?: Record<string, string> | undefined },
): DiskInputs {
  const kernel = chain.findLastIndex((layer) => layers[layer]?.machineOnly === true);
  if (kernel < 0)
    throw new Error(
      `layers: expected one with machineOnly: true on those of ${chainId(chain)}, got none; add machine: {on: ${chain[0] ?? ""}, roles: [machine], machineOnly: true}`,
    );
  const places = chain.map((_, index) => chainId(chain.slice(0, index + 1)));
  return { places, baseImages: kernel + 1, sizeMiB, volumes, tools: { disk: diskVersion } };
}

/** SHA-256 (hexadecimal) over the inputs and the id of the top image, which names all below it. */
export function diskInputDigest(inputs: DiskInputs, image: string): string {
  return sha256(canonicalJson({ ...inputs, image }));
}
