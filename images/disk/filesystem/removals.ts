import type { TreeChange } from "./change.ts";
import type { ListedEntry } from "./listing.ts";
import type { ParentTree } from "./parentTree.ts";
import { isDirectory } from "./walk.ts";

/**
 * Plans the removal of every doomed path, deepest first, since debugfs removes no directory that holds something.
 * A block of attributes is freed by its number, after the last name of its inode: debugfs would leak it, and its `ea_rm`
 * empties the block but keeps it (1.47).
 */
export function planRemovals(parent: ParentTree): TreeChange[] {
  const paths = [...parent.doomed].sort().reverse();
  const seen = new Map<number, number>();
  return paths.flatMap((path): TreeChange[] => {
    const node = parent.nodes.get(path);
    if (!node) return [];
    const removed = (seen.get(node.inode) ?? 0) + 1;
    seen.set(node.inode, removed);
    const block = freedBlock(node, removed, parent);
    return [
      { do: isDirectory(node) ? "removeDirectory" : "removeFile", path },
      ...(block === 0 ? [] : [{ do: "freeBlock" as const, path, block }]),
    ];
  });
}

/** The attribute block of an inode that has lost its last name, or 0. */
function freedBlock(node: ListedEntry, removed: number, parent: ParentTree): number {
  const details = parent.details.get(node.inode);
  if (!details || (!isDirectory(node) && removed < details.links)) return 0;
  return details.attributeBlock;
}
