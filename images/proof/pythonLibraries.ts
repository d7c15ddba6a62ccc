import type { LayerEntry } from "../disk/layer/entry.ts";
import { bundledWheels } from "./bundledWheels.ts";
import { normalName } from "./pythonName.ts";
import { nameOf, parentOf } from "../disk/layer/entry.ts";
import type { FoundLibrary, LibraryTree } from "./Library.ts";

/**
 * What is installed as Python's packaging describes it (`*.dist-info`, `*.egg-info`), but for what comes from a folder or file, and what Python itself brings
 * along for new environments.
 */
export function pythonLibraries(tree: LibraryTree): FoundLibrary[] {
  const bundled = bundledWheels(tree.entries.keys());
  return [...tree.entries.values()].filter(isMetadata).flatMap((entry) => {
    const text = tree.read(entry);
    const field = (name: string) => new RegExp(`^${name}: *(.*?)\\r?$`, "m").exec(text)?.[1] ?? "";
    const [name, version] = [normalName(field("Name")), field("Version")];
    const origin = originOf(tree, parentOf(entry.path));
    if (name === "" || version === "" || origin === undefined || bundled.has(`${name} ${version}`)) return [];
    return [{ path: entry.path, library: { kind: "pypi" as const, name, version: `${version}${origin}` } }];
  });
}

function isMetadata({ path, type }: LayerEntry): boolean {
  if (type === "directory" || type === "symlink" || path.includes("/_vendor/")) return false;
  return /\.dist-info\/METADATA$|\/(site|dist)-packages\/[^/]+\.egg-info(\/PKG-INFO)?$/.test(path);
}

/** What is added to the version: nothing, or a commit. Undefined: the distribution brought it, or it is of a folder or file. */
function originOf({ entries, read }: LibraryTree, folder: string): string | undefined {
  const text = (name: string) => {
    const entry = nameOf(folder).endsWith(".dist-info") ? entries.get(`${folder}/${name}`) : undefined;
    return entry && read(entry);
  };
  if (/^(debian|rpm)\s*$/.test(text("INSTALLER") ?? "")) return undefined;
  const direct = /"commit_id": *"([0-9a-f]+)"/.exec(text("direct_url.json") ?? "")?.[1];
  if (direct !== undefined) return `@${direct.slice(0, 12)}`;
  return /"url": *"file:/.test(text("direct_url.json") ?? "") ? undefined : "";
}
