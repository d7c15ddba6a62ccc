import { normalName } from "./pythonName.ts";

/** What Python puts into each new environment by itself (`pip 23.0.1`), by the paths of the files that it takes for that. */
export function bundledWheels(paths: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of paths) {
    const [, name, version] =
      /\/(?:python-wheels|ensurepip\/_bundled)\/([^/-]+)-([^/-]+)-[^/]*\.whl$/.exec(path) ?? [];
    if (name !== undefined && version !== undefined) found.add(`${normalName(name)} ${version}`);
  }
  return found;
}
