import { heldFolder } from "../held/bundle.ts";
import type { Library, LibraryTree } from "./Library.ts";
import { nodeLibraries } from "./nodeLibraries.ts";
import { pythonLibraries } from "./pythonLibraries.ts";

/** Images of containers have inventories of their own. */
const held = `${heldFolder.slice(1)}/`;

/** What was installed beside the packages of the distribution, each version once, in order. What a package has in it is of that package. */
export function installedLibraries(tree: LibraryTree): Library[] {
  const found = [...pythonLibraries(tree), ...nodeLibraries(tree)];
  if (found.length === 0) return [];
  const owned = ownedPaths(tree);
  const isRpm = [...tree.entries.keys()].some((path) => /(^|\/)rpm\/rpmdb\.sqlite$/.test(path));
  const own = found.filter(
    ({ path }) =>
      !owned.has(path) &&
      !path.startsWith(held) &&
      !(isRpm && /^usr\/lib(64)?\/(python|node_modules)/.test(path)),
  );
  const byText = new Map(
    own.map(({ library }) => [`${library.kind} ${library.name} ${library.version}`, library]),
  );
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, library]) => library);
}

/** The files of Debian packages, without a leading slash. */
function ownedPaths({ entries, read }: LibraryTree): Set<string> {
  const lists = [...entries.values()].filter(
    ({ path, type }) => type === "file" && /^var\/lib\/dpkg\/info\/[^/]+\.list$/.test(path),
  );
  return new Set(
    lists.flatMap((list) =>
      read(list)
        .split("\n")
        .map((line) => line.slice(1)),
    ),
  );
}
