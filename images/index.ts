import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../plan/BoxImage.ts";
import { ImageLayer, type ImageLayerArgs } from "./layer/ImageLayer.ts";
import { ReleasedImage } from "./release/ReleasedImage.ts";
import { applicationChain, chainId, placeLayers } from "../plan/chain.ts";
import { readInputs } from "../plan/inputs.ts";
import type { Recipes } from "../plan/recipes.ts";
import { toolVersions } from "../plan/tools.ts";
import { repositoryPasswords } from "./repositoryPasswords.ts";
import { releaseName, type Release } from "./release/release.ts";
import { missingImages } from "./release/select.ts";

/** What the images of a stack are built from. */
export interface ImagesArgs extends Recipes {
  /** Secrets of the stack, by name: the repositories' passwords are among them. */
  secrets: pulumi.Input<Record<string, string>>;
  /** The chains of layers that are wanted, base first. */
  chains: readonly (readonly string[])[];
  /** The project's folder. */
  root: string;
}

/** One ImageLayer for every place of a layer in the wanted chains, by its id (`base.python.catalog`). */
export function buildImages(
  args: ImagesArgs,
  opts?: pulumi.ComponentResourceOptions,
): Map<string, ImageLayer> {
  const tools = toolVersions(args.root);
  const built = new Map<string, ImageLayer>();
  for (const { id, layer, parent } of placeLayers(args.chains)) {
    const recipe = args.layers[layer];
    const below = parent === undefined ? undefined : built.get(parent);
    if (!recipe) continue;
    const { repositories } = args.packages;
    const inputs = readInputs(args.root, layer, recipe, tools, repositories, args.applications, id);
    const passwords = repositoryPasswords([inputs], args);
    const made = {
      inputs,
      ...(passwords && { passwords }),
      ...(below && { parent: below }),
      ...(recipe.holds && { held: heldImages(recipe.holds, args, built) }),
      ...(recipe.vault && { vault: recipe.vault }),
      ...(recipe.noSecrets && { noSecrets: recipe.noSecrets }),
      ...(args.registry && { registry: args.registry }),
    };
    built.set(id, new ImageLayer(id, made, opts));
  }
  return built;
}

/** The container images of applications, which are among the wanted ones and come first. */
function heldImages(
  names: readonly string[],
  args: ImagesArgs,
  built: ReadonlyMap<string, BoxImage>,
): NonNullable<ImageLayerArgs["held"]> {
  return Object.fromEntries(
    names.map((name) => {
      const place = chainId(applicationChain(args, name));
      const image = built.get(place);
      if (!image) throw new Error(`expected the image ${place} before the layer that holds it, got none`);
      return [name, { place, image }];
    }),
  );
}

/** The images of some chains: the tops and all below them, as far as they are there. */
export function imagesOf(
  images: ReadonlyMap<string, BoxImage>,
  chains: readonly (readonly string[])[],
): Map<string, BoxImage> {
  const places = placeLayers(chains).map(({ id }) => id);
  return new Map([...images].filter(([id]) => places.includes(id)));
}

/** The images of the wanted chains, taken from a release by digest: nothing is built. */
export function takeImages(
  { chains, registry }: Pick<ImagesArgs, "chains" | "registry">,
  release: Release,
  opts?: pulumi.ComponentResourceOptions,
): Map<string, BoxImage> {
  const wanted = [...new Set(chains.map(chainId))];
  const problem = missingImages(release, "images", wanted, releaseName(release));
  if (problem) throw problem;
  return new Map(
    wanted.flatMap((id) => {
      const image = release.images[id];
      return image ? [[id, new ReleasedImage(id, { image, ...(registry && { registry }) }, opts)]] : [];
    }),
  );
}
