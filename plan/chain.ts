import type { Configuration, LayerRecipe } from "../config/schema.ts";

/** What an image becomes: a container image, or a disk (which has a kernel of its own). */
export type ImageForm = "container" | "machine";

/**
 * The layers of one image, base first: every layer that the given top layers stand on, each once.
 * Order: how far a layer is from its base, then machine-only layers before others, then by name. So the chain follows
 * from the set of its tops alone, and images that share a beginning share its layers.
 * A machine image has every machine-only layer whose layer below it has; a container image has none.
 * @throws Error when the tops stand on different bases.
 */
export function composeChain(
  layers: Readonly<Record<string, LayerRecipe>>,
  tops: readonly string[],
  form: ImageForm,
): string[] {
  const chain = new Set(tops.flatMap((top) => lineage(layers, top)));
  if (form === "machine") {
    for (const [name, { machineOnly, on }] of Object.entries(layers)) {
      if (machineOnly && on !== undefined && chain.has(on)) chain.add(name);
    }
  }
  const bases = [...chain].filter((name) => layers[name]?.on === undefined);
  if (bases.length !== 1)
    throw new Error(`expected one base below ${tops.join(", ")}, got ${bases.join(", ")}`);
  const rank = (name: string) =>
    [lineage(layers, name).length, layers[name]?.machineOnly === true ? 0 : 1, name] as const;
  return [...chain].sort((a, b) => compare(rank(a), rank(b)));
}

/** The layers of an application's own container image, base first. */
export function applicationChain(
  { layers, applications = {} }: Pick<Configuration, "layers"> & Partial<Pick<Configuration, "applications">>,
  name: string,
): string[] {
  return composeChain(layers, [applications[name]?.layer ?? ""], "container");
}

/** A layer and all below it, base first. */
export function lineage(layers: Readonly<Record<string, LayerRecipe>>, top: string): string[] {
  const below = layers[top]?.on;
  return below === undefined ? [top] : [...lineage(layers, below), top];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  if (index < 0) return 0;
  return (a[index] ?? "") < (b[index] ?? "") ? -1 : 1;
}

/** One layer in its place: the same layer on another parent is another image. */
export interface PlacedLayer {
  /** The chain up to this layer, joined: `base.python.catalog`. */
  id: string;
  layer: string;
  /** The id of the layer below; undefined for a base. */
  parent?: string;
}

/** Every place of a layer in the given chains once, parents before children. */
export function placeLayers(chains: readonly (readonly string[])[]): PlacedLayer[] {
  const placed = new Map<string, PlacedLayer>();
  for (const chain of chains) {
    chain.forEach((layer, index) => {
      const id = chainId(chain.slice(0, index + 1));
      placed.set(id, index === 0 ? { id, layer } : { id, layer, parent: chainId(chain.slice(0, index)) });
    });
  }
  return [...placed.values()];
}

/** The id of the image that a chain of layers makes. */
export function chainId(chain: readonly string[]): string {
  return chain.join(".");
}
