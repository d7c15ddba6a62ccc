import { nameOf, parentOf, plainEntry, withAncestors, type Layer, type LayerEntry } from "../layer/entry.ts";
import { typeBits, type Attributes, type TreeChange, type LinkCount, type Plan } from "./change.ts";
import type { ParentTree } from "./parentTree.ts";
import { planRemovals } from "./removals.ts";
import { isDirectory } from "./walk.ts";

/**
 * Plans what turns the parent's file system into the layer's: removals first (their space is used again), then new
 * entries in a fixed order, hard links, and metadata last, because making entries may touch their directory.
 * @param fallbackMtime time of directories that the layer uses without naming them, in seconds since 1970.
 * @throws Error listing every entry that cannot be made, before anything is done.
 */
export function planChanges(layer: Layer, parent: ParentTree, fallbackMtime: number): Plan {
  const implied = impliedDirectories(layer, parent, fallbackMtime);
  const entries = inOrder([...layer.entries.values(), ...implied]);
  const faults = entries.flatMap((entry) => faultsOf(entry, layer, parent));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const links = entries.filter(({ type }) => type === "link");
  const present = entries.filter(({ type }) => type !== "link");
  const made = present.filter(({ path }) => !survives(path, parent));
  return {
    changes: [...planRemovals(parent), ...made.flatMap(creation), ...links.map(linking)],
    attributes: present.flatMap((entry) => attributes(entry, parent)),
    linkCounts: linkCounts(links, layer, parent),
  };
}

/** By directory, then name: a directory comes before what it holds, and debugfs seldom has to change directory. */
function inOrder(entries: LayerEntry[]): LayerEntry[] {
  const keyed = entries.map((entry) => ({
    entry,
    directory: parentOf(entry.path),
    name: nameOf(entry.path),
  }));
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return keyed
    .sort((a, b) => compare(a.directory, b.directory) || compare(a.name, b.name))
    .map(({ entry }) => entry);
}

function impliedDirectories(layer: Layer, parent: ParentTree, mtime: number): LayerEntry[] {
  const needed = withAncestors([...layer.entries.keys()].map(parentOf));
  const paths = [...needed].filter(
    (path) => path !== "" && !layer.entries.has(path) && !survives(path, parent),
  );
  return paths.map((path) => ({ ...plainEntry, path, type: "directory", mode: 0o755, mtime }));
}

/** Whether the parent has the path and the layer leaves it; of the layer's own paths these are directories. */
function survives(path: string, parent: ParentTree): boolean {
  return parent.nodes.has(path) && !parent.doomed.has(path);
}

function faultsOf(entry: LayerEntry, layer: Layer, parent: ParentTree): string[] {
  const { path, type, target } = entry;
  const directory = parentOf(path);
  const above = layer.entries.get(directory)?.type ?? typeInParent(directory, parent);
  const linked = layer.entries.get(target)?.type ?? (survives(target, parent) ? "entry" : "nothing");
  const faults: string[] = [];
  if (above !== "directory")
    faults.push(`/${directory}: expected a directory to hold /${path}, got a ${above}`);
  if (type === "link" && ["link", "directory", "nothing"].includes(linked))
    faults.push(`/${path}: expected a hard link to a file, got one to /${target} (${linked})`);
  return faults.map((fault) => `${fault}; make the layer again`);
}

/** Directories that are nowhere yet are made. */
function typeInParent(path: string, parent: ParentTree): string {
  const node = survives(path, parent) ? parent.nodes.get(path) : undefined;
  return node === undefined || isDirectory(node) ? "directory" : "file or link";
}

function creation(entry: LayerEntry): TreeChange[] {
  const { path, type, file, offset, size, target, deviceMajor: major, deviceMinor: minor } = entry;
  switch (type) {
    case "link":
      return [];
    case "directory":
      return path === "" ? [] : [{ do: "makeDirectory", path }];
    case "symlink":
      return [{ do: "makeSymlink", path, target }];
    case "file":
      return [{ do: "writeFile", path, content: { file, offset, size } }];
    default:
      return [{ do: "makeNode", path, type, major, minor }];
  }
}

function linking({ path, target }: LayerEntry): TreeChange {
  return { do: "makeLink", path, target };
}

function linkCounts(links: LayerEntry[], layer: Layer, parent: ParentTree): LinkCount[] {
  const added = new Map<string, number>();
  for (const { target } of links) added.set(target, (added.get(target) ?? 0) + 1);
  return [...added].map(([path, count]) => {
    const before = layer.entries.has(path) ? 1 : survivingLinks(path, parent);
    return { path, links: before + count };
  });
}

function survivingLinks(path: string, parent: ParentTree): number {
  const inode = parent.nodes.get(path)?.inode ?? 0;
  const removed = [...parent.doomed].filter((doomed) => parent.nodes.get(doomed)?.inode === inode).length;
  return (parent.details.get(inode)?.links ?? 1) - removed;
}

/** Attributes of a directory that stays are replaced, not added to: what the layer does not name goes. */
function attributes(entry: LayerEntry, parent: ParentTree): Attributes[] {
  const { path, type, mode, uid, gid, xattrs } = entry;
  if (type === "link") return [];
  const node = survives(path, parent) ? parent.nodes.get(path) : undefined;
  const present = (node && parent.details.get(node.inode)?.xattrNames) ?? [];
  const staleXattrs = present.filter((name) => !xattrs.has(name));
  const mtimeSeconds = Math.max(entry.mtime, 0);
  return [{ path, mode: typeBits[type] | mode, uid, gid, mtimeSeconds, xattrs, staleXattrs }];
}
