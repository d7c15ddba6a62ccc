import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import type { Configuration } from "../../config/schema.ts";
import { buildChain, type BuiltImage } from "../../images/layer/buildChain.ts";
import { saveImage, tagImage } from "../../engine/images.ts";
import { readDefinition } from "../../images/packages/nfpm.ts";
import { planBake, type KnownPackage } from "./plan.ts";

/** The packages of the project, by name: every folder of apps/ that has an nfpm.yaml, built as the first of these layers says that has it. */
export function knownPackages(root: string, layers: Configuration["layers"]): Map<string, KnownPackage> {
  const sources = readdirSync(path.join(root, "apps"))
    .map((folder) => `apps/${folder}`)
    .filter((source) => existsSync(path.join(root, source, "nfpm.yaml")));
  return new Map(
    sources.map((source) => {
      const { name, depends } = readDefinition(root, source);
      return [name, { source, depends, ...buildIn(layers, source) }] as const;
    }),
  );
}

/** How layers say that the package of a folder is built. */
function buildIn(layers: Configuration["layers"], source: string): Pick<KnownPackage, "build" | "builders"> {
  for (const { packages = {}, builders = {} } of Object.values(layers)) {
    const build = Object.values(packages).find((each) => each.source === source && each.build)?.build;
    if (!build) continue;
    const chain = builders[build.layer ?? ""];
    return { build, ...(chain && build.layer !== undefined && { builders: { [build.layer]: chain } }) };
  }
  return {};
}

/** Which package onto which base, and what becomes of the image. */
export interface BakeOptions {
  wanted: string;
  base: string;
  /** A name for the image. */
  tag?: string | undefined;
  /** Where the image is written as an archive. */
  tar?: string | undefined;
}

/** Puts one package onto a base image; each layer is found by its input digest, or built. */
export async function bake(
  configuration: Pick<Configuration, "layers" | "packages" | "registry">,
  { wanted, base, tag, tar }: BakeOptions,
  root: string,
): Promise<BuiltImage> {
  const { layers } = configuration;
  const plan = planBake(layers, knownPackages(root, layers), wanted, base);
  const chain = [...plan.chain, plan.layer];
  const recipes = { ...layers, [plan.layer]: plan.recipe };
  const below = (await buildChain(chain, { ...configuration, layers: recipes }, root)).at(-1);
  if (!below) throw new Error(`expected a chain of layers below ${base}, got none`);
  if (tag !== undefined) await tagImage(below.image, tag);
  if (tar !== undefined) await saveImage(tag ?? below.image, tar);
  return below;
}
