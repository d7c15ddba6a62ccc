import { imageLayer } from "../existingImage.ts";
import type { BuilderLayer, Configuration, LayerRecipe, Written } from "../schema.ts";

/** A configuration in which every application and accessory runs a layer; what names none, or what is not there, runs "". */
export function resolved(written: Written): Configuration {
  const { layers, applications, accessories } = written;
  const images = Object.entries({ ...applications, ...accessories }).flatMap(([name, { image, files }]) =>
    image === undefined ? [] : [[imageLayer(name), existing(image, files)] as const],
  );
  return {
    ...written,
    layers: { ...withBuilders(layers), ...Object.fromEntries(images) },
    applications: running(applications, ([name, own]) => {
      const other = own.of === undefined ? undefined : applications[own.of];
      return other ? layerOf(own.of ?? "", other) : layerOf(name, own);
    }),
    accessories: running(accessories, ([name, own]) => layerOf(name, own)),
  };
}

/** The layers, each knowing those in whose images its packages are built. */
export function withBuilders(layers: Written["layers"]): Record<string, LayerRecipe> {
  return Object.fromEntries(
    Object.entries(layers).map(([name, recipe]) => {
      const used = Object.values(recipe.packages ?? {}).flatMap(({ build }) => build?.layer ?? []);
      if (used.length === 0) return [name, recipe];
      return [
        name,
        { ...recipe, builders: Object.fromEntries(used.map((each) => [each, below(layers, each)])) },
      ];
    }),
  );
}

/** A layer and those below it, base first; as far as they are known, and once round a circle, which is refused elsewhere. */
function below(layers: Written["layers"], top: string): BuilderLayer[] {
  const found: BuilderLayer[] = [];
  for (let next: string | undefined = top; next !== undefined;) {
    const name: string = next;
    const recipe: BuilderLayer["recipe"] | undefined = Object.hasOwn(layers, name) ? layers[name] : undefined;
    if (!recipe || found.some((each) => each.name === name)) break;
    found.unshift({ name, recipe });
    next = recipe.on;
  }
  return found;
}

function existing(image: string, places: Record<string, string> = {}): LayerRecipe {
  const made = { roles: [], variables: {}, files: [], machineOnly: false };
  return { ...made, image, ...(Object.keys(places).length > 0 && { places }) };
}

function layerOf(name: string, { layer, image }: { layer?: string | undefined; image?: string | undefined }) {
  return image === undefined ? (layer ?? "") : imageLayer(name);
}

function running<T extends object>(
  all: Readonly<Record<string, T>>,
  layer: (each: [string, T]) => string,
): Record<string, T & { layer: string }> {
  return Object.fromEntries(Object.entries(all).map((each) => [each[0], { ...each[1], layer: layer(each) }]));
}
