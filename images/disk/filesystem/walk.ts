import { joinPath } from "../layer/entry.ts";
import { debugfsScript } from "./debugfs.ts";
import type { FileSystem } from "./fileSystem.ts";
import { parseListings, type ListedEntry } from "./listing.ts";

const root: ListedEntry = { inode: 2, mode: 0o040755, uid: 0, gid: 0, name: "", size: 0 };

export function isDirectory(node: ListedEntry): boolean {
  return (node.mode & 0o170000) === 0o040000;
}

/**
 * Lists directories from the root down, one debugfs run for each level.
 * @param enter asked once for every path found, after everything above it; true lists the directory.
 * @returns everything found, by path; the root is "".
 */
export async function walk(
  fileSystem: FileSystem,
  enter: (path: string, node: ListedEntry) => boolean,
): Promise<Map<string, ListedEntry>> {
  const nodes = new Map([["", root]]);
  for (let level = [""]; level.length > 0;) {
    const lines = level.map((path) => `ls -lp <${nodes.get(path)?.inode ?? 0}>`);
    const listings = parseListings(await debugfsScript(fileSystem, lines));
    level = listings.flatMap((entries, index) =>
      entries.flatMap((node) => {
        const path = joinPath(level[index] ?? "", node.name);
        nodes.set(path, node);
        return enter(path, node) && isDirectory(node) ? [path] : [];
      }),
    );
  }
  return nodes;
}
