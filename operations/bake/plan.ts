import type { PackageBuild } from "../../config/packageBuild.ts";
import type { LayerPackage } from "../../config/packages.ts";
import { suggest } from "../../config/problem.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { lineage } from "../../plan/chain.ts";

type Layers = Readonly<Record<string, LayerRecipe>>;

/** A package of the project: the folder that it is made of, and the packages that it needs. */
export interface KnownPackage {
  source: string;
  depends: readonly string[];
  /** How it is built before it is packed, as a layer says; and the layers in whose images it is. */
  build?: PackageBuild;
  builders?: NonNullable<LayerRecipe["builders"]>;
}

/** What one package onto a base comes to: the chain below, and the layer on top. */
export interface BakePlan {
  /** The layers below, base first. */
  chain: string[];
  /** Name of the top layer: `bake-catalog`. */
  layer: string;
  recipe: LayerRecipe;
}

/**
 * Plans one package onto a base image, alone.
 * @param wanted a package of the project (`catalog`), or one of a repository: `NAME` in its newest version, `NAME=VERSION`.
 * @param base a layer's name; its whole chain is the base.
 * @throws Error when there is no such layer.
 */
export function planBake(
  layers: Layers,
  known: ReadonlyMap<string, KnownPackage>,
  wanted: string,
  base: string,
): BakePlan {
  const top = base.split(".").at(-1) ?? base;
  if (!Object.hasOwn(layers, top))
    throw new Error(`--base: expected a layer, got ${base}; ${suggest(base, Object.keys(layers))}`);
  const [name = "", version] = wanted.split("=");
  if (!/^[a-z0-9][a-z0-9+.-]*$/.test(name))
    throw new Error(
      `PACKAGE: expected a package's name, got ${wanted}; for example catalog, or tree=2.1.0-1`,
    );
  const packages =
    version === undefined && known.has(name) ? made(known, name) : { [name]: { version: version ?? "*" } };
  const builders = Object.keys(packages).map((each) => known.get(each)?.builders ?? {});
  const all = Object.assign({}, ...builders) as NonNullable<LayerRecipe["builders"]>;
  return {
    chain: lineage(layers, top),
    layer: `bake-${name.replaceAll("+", "-")}`,
    recipe: {
      on: top,
      roles: ["packages"],
      variables: { packages_names: [name] },
      files: [],
      packages,
      ...(Object.keys(all).length > 0 && { builders: all }),
      machineOnly: false,
    },
  };
}

/** A package of the project and those of the project that it needs, however far. */
function made(
  known: ReadonlyMap<string, KnownPackage>,
  name: string,
  found: Record<string, LayerPackage> = {},
) {
  const { source, depends, build } = known.get(name) ?? { depends: [] };
  if (source === undefined || Object.hasOwn(found, name)) return found;
  found[name] = { source, ...(build && { build }) };
  for (const next of depends) made(known, next, found);
  return found;
}
