import { isPinned } from "../existingImage.ts";
import type { PackageBuild } from "../packageBuild.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { formatPath } from "../shape.ts";
import { layersBelow, runnableProblems } from "./layers.ts";

type Layers = Configuration["layers"];

/** What is wrong in how packages are built: where, what with, and what of it is packed. */
export function packageBuildProblems({ layers }: Pick<Configuration, "layers">): Problem[] {
  return Object.entries(layers).flatMap(([layer, { packages = {} }]) =>
    Object.entries(packages).flatMap(([name, { source, version, build }]) => {
      if (!build) return [];
      const path = ["layers", layer, "packages", name, "build"];
      return [
        ...sourceProblems(path, source, version),
        ...placeProblems(path, build, layers),
        ...variableProblems(path, build),
      ];
    }),
  );
}

function sourceProblems(path: readonly string[], source?: string, version?: string): Problem[] {
  if (source !== undefined || version === undefined) return [];
  const expected = "a source beside it";
  const fix = "name the folder that it is made of, or remove build";
  return [{ path: formatPath(path), expected, got: `the version ${version}`, fix }];
}

function placeProblems(path: readonly string[], { image, layer }: PackageBuild, layers: Layers): Problem[] {
  if ((image === undefined) === (layer === undefined)) {
    const got = image === undefined ? "neither" : "both";
    const fix = "name the image, or the layer, that has what builds it";
    return [{ path: formatPath(path), expected: "either image or layer", got, fix }];
  }
  if (image !== undefined && !isPinned(image)) {
    const expected = "an image pinned by its digest (name@sha256:…)";
    const fix = "add the digest: a tag may mean another image tomorrow";
    return [{ path: formatPath([...path, "image"]), expected, got: image, fix }];
  }
  return layer === undefined ? [] : layerProblems([...path, "layer"], layer, layers);
}

/** A layer to build in: a container can run it, and it waits for no other one's build. */
function layerProblems(path: readonly string[], top: string, layers: Layers): Problem[] {
  const below = layersBelow(layers, top);
  const unfit = below.flatMap((name) => {
    const { holds, vault, packages = {} } = layers[name] ?? {};
    const built = Object.entries(packages).find(([, { build }]) => build?.layer !== undefined);
    return [
      ...(holds ? [`${name}, which holds images`] : []),
      ...(vault ? [`${name}, which needs a password`] : []),
      ...(built ? [`${name}, whose package ${built[0]} is built in a layer itself`] : []),
    ];
  });
  const expected = "a layer of tools alone";
  const fix = "name one below it, or an image";
  return [
    ...runnableProblems(path, top, layers),
    ...unfit.map((got) => ({ path: formatPath(path), expected, got, fix })),
  ];
}

function variableProblems(path: readonly string[], { environment, passes }: PackageBuild): Problem[] {
  const secrets = Object.entries(environment)
    .filter(([, value]) => String(value).includes("${secret:"))
    .map(([name, value]) => ({
      path: formatPath([...path, "environment", name]),
      expected: "no secret, as what is built would have it",
      got: String(value),
      fix: "name a variable of this machine in passes",
    }));
  const twice = passes
    .filter((name) => Object.hasOwn(environment, name))
    .map((name) => ({
      path: formatPath([...path, "passes"]),
      expected: "variables that environment does not set",
      got: name,
      fix: "remove it from one of both",
    }));
  return [...secrets, ...twice];
}
