import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration, LayerRecipe } from "../schema.ts";
import { duplicates, unknown } from "./problems.ts";
import type { Surroundings } from "./surroundings.ts";

type Layers = Configuration["layers"];

/** What is wrong in the layers: what they stand on, and the roles and files that they name. */
export function layerProblems({ layers }: Configuration, surroundings: Surroundings): Problem[] {
  return Object.entries(layers).flatMap(([name, layer]) => [
    ...originProblems(name, layer, layers),
    ...roleProblems(name, layer, surroundings),
    ...fileProblems(name, layer, surroundings),
    ...packageProblems(name, layer),
    ...provisionerProblems(name, layer),
    ...cycleProblems(name, layers),
  ]);
}

function originProblems(name: string, { on, from }: LayerRecipe, layers: Layers): Problem[] {
  const path = `layers.${name}`;
  const problems: Problem[] = [];
  if ((on === undefined) === (from === undefined)) {
    const got = on === undefined ? "neither" : "both";
    const fix = "name the layer below, or what a base is made of";
    problems.push({ path, expected: "either on or from", got, fix });
  }
  const sources = Object.keys(from ?? {});
  if (from && sources.length !== 1) {
    const got = sources.join(" and ") || "nothing";
    const fix = sources.length === 0 ? "add one" : "keep one";
    problems.push({ path: `${path}.from`, expected: "one of mirror, dnf, image and archive", got, fix });
  }
  if (on !== undefined && !Object.hasOwn(layers, on))
    problems.push(unknown(["layers", name, "on"], "layer", on, Object.keys(layers)));
  return [...problems, ...rpmProblems(name, from)];
}

/** Whoever takes packages from a repository says how to know them. */
function rpmProblems(layer: string, from: LayerRecipe["from"]): Problem[] {
  const repositories = Object.entries(from?.dnf?.repositories ?? {});
  const at = (name: string) =>
    formatPath(["layers", layer, "from", "dnf", "repositories", ...(name ? [name] : [])]);
  if (from?.dnf && repositories.length === 0)
    return [{ path: at(""), expected: "at least one repository", got: "none", fix: "add one" }];
  return repositories
    .filter(([, { digest, key }]) => digest === undefined && key === undefined)
    .map(([name]) => ({
      path: at(name),
      expected: "a digest, a key or both",
      got: "neither",
      fix: "add the digest of its repodata/repomd.xml, or the key of its packages",
    }));
}

function roleProblems(name: string, { roles }: LayerRecipe, surroundings: Surroundings): Problem[] {
  const path = ["layers", name, "roles"];
  const missing = roles.flatMap((role, index) =>
    surroundings.roles.includes(role) ? [] : [unknown([...path, index], "role", role, surroundings.roles)],
  );
  return [...missing, ...duplicates(path, roles)];
}

function fileProblems(name: string, layer: LayerRecipe, { exists }: Surroundings): Problem[] {
  const { files, from, packages = {} } = layer;
  const sources = Object.entries(packages).flatMap(([each, { source }]) =>
    source === undefined
      ? []
      : [[["layers", name, "packages", each, "source"], `${source}/nfpm.yaml`] as const],
  );
  const steps = stepFiles(layer).map(([at, file]) => [["layers", name, ...at], file] as const);
  const named = [
    ...sources,
    ...steps,
    ...files.map((file, index) => [["layers", name, "files", index], file] as const),
    ...(from?.archive === undefined ? [] : [[["layers", name, "from", "archive"], from.archive] as const]),
    ...Object.entries(from?.dnf?.repositories ?? {}).flatMap(([each, { key }]) =>
      key === undefined ? [] : [[["layers", name, "from", "dnf", "repositories", each, "key"], key] as const],
    ),
  ];
  return named
    .filter(([, file]) => !exists(file))
    .map(([path, file]) => ({
      path: formatPath(path),
      expected: "a file or folder of the project",
      got: file,
      fix: "create it or correct the path",
    }));
}

function packageProblems(name: string, { packages = {} }: LayerRecipe): Problem[] {
  return Object.entries(packages)
    .filter(([, { source, version }]) => (source === undefined) === (version === undefined))
    .map(([each, { source }]) => ({
      path: formatPath(["layers", name, "packages", each]),
      expected: "either source or version",
      got: source === undefined ? "neither" : "both",
      fix: "name the folder that it is made of, or the version to install",
    }));
}

/** Ansible applies roles; every other provisioner runs steps, and knows no roles and no packages. */
function provisionerProblems(name: string, layer: LayerRecipe): Problem[] {
  const { provisioner = "ansible" } = layer;
  const found = provisioner === "ansible" ? besideRoles(layer) : besideSteps(provisioner, layer);
  return found.map(({ part, ...told }) => ({ path: `layers.${name}.${part}`, ...told }));
}

/** A problem of one part of a layer. */
type PartProblem = Omit<Problem, "path"> & { part: "run" | "library" | "roles" | "packages" };

function besideRoles({ run, library }: LayerRecipe): PartProblem[] {
  const expected = "nothing beside Ansible's roles";
  const problems: PartProblem[] = [];
  if (run) problems.push({ part: "run", expected, got: "steps", fix: "name the provisioner that runs them" });
  if (library !== undefined)
    problems.push({ part: "library", expected, got: library, fix: "name the provisioner that reads it" });
  return problems;
}

function besideSteps(
  provisioner: string,
  { roles, run = [], library, packages }: LayerRecipe,
): PartProblem[] {
  const beside = `with the provisioner ${provisioner}`;
  const problems: PartProblem[] = [];
  if (roles.length > 0) {
    const fix = "put them into a layer of their own";
    problems.push({ part: "roles", expected: `no roles ${beside}`, got: roles.join(", "), fix });
  }
  if (packages) {
    const [got, fix] = [Object.keys(packages).join(", "), "put them into a layer of their own, below"];
    problems.push({ part: "packages", expected: `no packages ${beside}`, got, fix });
  }
  if (run.length === 0) {
    const fix = "name what the provisioner runs";
    problems.push({ part: "run", expected: "at least one step", got: "none", fix });
  }
  if (provisioner === "shell" && library !== undefined) {
    const fix = "list the folder in files";
    problems.push({ part: "library", expected: "none for shell scripts", got: library, fix });
  }
  return problems;
}

/** Where the steps of a layer are, with the places that name them. */
function stepFiles({
  provisioner,
  run = [],
  library,
}: LayerRecipe): (readonly [readonly (string | number)[], string])[] {
  const scripts = provisioner === "shell" || provisioner === "puppet" ? run : [];
  const folder = library === undefined ? [] : [[["library"], library] as const];
  return [...scripts.map((file, index) => [["run", index], file] as const), ...folder];
}

/** A cycle is reported once, at its first layer in alphabetical order. */
function cycleProblems(start: string, layers: Layers): Problem[] {
  const seen = [start];
  for (let next = layers[start]?.on; next !== undefined && !seen.includes(next); next = layers[next]?.on)
    seen.push(next);
  if (layers[seen.at(-1) ?? ""]?.on !== start || [...seen].sort()[0] !== start) return [];
  return [
    {
      path: `layers.${start}.on`,
      expected: "layers that end in a base",
      got: [...seen, start].join(" on "),
      fix: "put one of them on another layer",
    },
  ];
}

/** A layer and those below it, base first; as far as they are known, and once round a cycle. */
export function layersBelow(layers: Layers, top: string): string[] {
  const found: string[] = [];
  for (let next: string | undefined = top; next !== undefined && !found.includes(next);) {
    if (!Object.hasOwn(layers, next)) break;
    found.unshift(next);
    next = layers[next]?.on;
  }
  return found;
}

/** A layer that a box is to run: that there is one, and that it needs no kernel of its own. */
export function runnableProblems(path: readonly string[], top: string, layers: Layers): Problem[] {
  if (!Object.hasOwn(layers, top)) return [unknown(path, "layer", top, Object.keys(layers))];
  return layersBelow(layers, top)
    .filter((name) => layers[name]?.machineOnly === true)
    .map((name) => ({
      path: formatPath(path),
      expected: "layers for boxes of every kind",
      got: name === top ? `${top}, which is machineOnly` : `${top} on the machineOnly ${name}`,
      fix: "name another layer; those for machines only are added where they are needed",
    }));
}
