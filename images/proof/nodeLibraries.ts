import type { LayerEntry } from "../disk/layer/entry.ts";
import type { FoundLibrary, LibraryTree } from "./Library.ts";

interface Manifest {
  name?: unknown;
  version?: unknown;
  bundleDependencies?: unknown;
  bundledDependencies?: unknown;
}

/** What lies in folders `node_modules`, however deep, but for what a package brings along in itself. */
export function nodeLibraries(tree: LibraryTree): FoundLibrary[] {
  const manifests = new Map<string, Manifest>();
  for (const entry of tree.entries.values())
    if (entry.type !== "directory" && entry.type !== "symlink" && isManifest(entry.path))
      manifests.set(entry.path, manifestIn(tree, entry));
  return [...manifests].flatMap(([path, { name, version }]) => {
    if (typeof name !== "string" || typeof version !== "string") return [];
    if (aboveIt(path).some((above) => bundles(manifests.get(above)))) return [];
    return [{ path, library: { kind: "npm" as const, name, version } }];
  });
}

const name = String.raw`(@[^/]+/)?[^/@.][^/]*`;
const manifestPath = new RegExp(
  `(^|/)node_modules/(\\.pnpm/[^/]+/node_modules/)?(${name}/node_modules/)*${name}/package\\.json$`,
);
/** From the outermost folder of this name on. */
const outermost = /^(.*?\/)??node_modules\//;

/** Whether a file is that of a package, and not one of a package's tests or the like. */
function isManifest(path: string): boolean {
  const start = outermost.exec(path)?.[1] ?? "";
  const match = manifestPath.exec(path.slice(start.length));
  return path.endsWith("/package.json") && match?.index === 0;
}

/** The files of the packages in which one lies, nearest first. */
function aboveIt(path: string): string[] {
  const at = path.lastIndexOf("/node_modules/");
  if (at < 0) return [];
  const above = `${path.slice(0, at)}/package.json`;
  return [above, ...aboveIt(above)];
}

function bundles(manifest: Manifest | undefined): boolean {
  const bundled = manifest?.bundleDependencies ?? manifest?.bundledDependencies;
  return Array.isArray(bundled) ? bundled.length > 0 : bundled === true;
}

function manifestIn({ read }: LibraryTree, entry: LayerEntry): Manifest {
  try {
    const content: unknown = JSON.parse(read(entry));
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    // npm itself would not read it either.
    return {};
  }
}
