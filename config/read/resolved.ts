import { imageLayer } from "../existingImage.ts";
import type { Configuration, LayerRecipe, Written } from "../schema.ts";

/** A configuration in which every application and accessory runs a layer; what names none, or what is not there, runs "". */
export function resolved(written: Written): Configuration {
  const { layers, applications, accessories } = written;
  const images = Object.entries({ ...applications, ...accessories }).flatMap(([name, { image, files }]) =>
    image === undefined ? [] : [[imageLayer(name), existing(image, files)] as const],
  );
  return {
    ...written,
    layers: { ...layers, ...Object.fromEntries(images) },
    applications: running(applications, ([name, own]) => {
      const other = own.of === undefined ? undefined : applications[own.of];
      return other ? layerOf(own.of ?? "", other) : layerOf(name, own);
    }),
    accessories: running(accessories, ([name, own]) => layerOf(name, own)),
  };
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
