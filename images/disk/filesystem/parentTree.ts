import { parentOf, withAncestors, type Layer } from "../layer/entry.ts";
import { debugfsScript } from "./debugfs.ts";
import type { FileSystem } from "./fileSystem.ts";
import { parseDetails, type InodeDetails, type ListedEntry } from "./listing.ts";
import { isDirectory, walk } from "./walk.ts";

/** The part of a file system that a layer touches, before the layer is applied. */
export interface ParentTree {
  /** By path; the root is "". Only directories on the way to a path of the layer are listed. */
  nodes: Map<string, ListedEntry>;
  /** Paths that the layer removes or replaces, whole subtrees included. */
  doomed: Set<string>;
  /** For every inode that is removed, updated or linked to. */
  details: Map<number, InodeDetails>;
}

/** Reads what lies where the layer has something to say. */
export async function readParentTree(fileSystem: FileSystem, layer: Layer): Promise<ParentTree> {
  const doomed = new Set<string>();
  const onTheWay = interiorPaths(layer);
  const nodes = await walk(fileSystem, (path, node) => {
    if (isDoomed(path, node, layer, doomed)) doomed.add(path);
    return onTheWay.has(path) || doomed.has(path);
  });
  const details = await readDetails(fileSystem, affectedInodes(layer, nodes, doomed));
  return { nodes, doomed, details };
}

/** mke2fs makes this directory, no layer knows it, and e2fsck wants it. */
const ownDirectory = "lost+found";

/** Its parent has been judged before, since directories are read from the root down. */
function isDoomed(path: string, node: ListedEntry, layer: Layer, doomed: Set<string>): boolean {
  const parent = parentOf(path);
  if (path === ownDirectory) return false;
  if (doomed.has(parent) || layer.whiteouts.has(path) || layer.opaque.has(parent)) return true;
  const entry = layer.entries.get(path);
  return entry !== undefined && !(entry.type === "directory" && isDirectory(node));
}

/** Every directory above something that the layer names. */
function interiorPaths(layer: Layer): Set<string> {
  const targets = [...layer.entries.values()]
    .filter(({ type }) => type === "link")
    .map(({ target }) => target);
  const named = [...layer.entries.keys(), ...layer.whiteouts, ...targets];
  return withAncestors([...layer.opaque, ...named.map(parentOf)]);
}

function affectedInodes(layer: Layer, nodes: ParentTree["nodes"], doomed: Set<string>): Set<number> {
  const entries = [...layer.entries.values()];
  const paths = [...doomed, ...entries.map((entry) => (entry.type === "link" ? entry.target : entry.path))];
  return new Set(paths.flatMap((path) => nodes.get(path)?.inode ?? []));
}

async function readDetails(fileSystem: FileSystem, inodes: Set<number>): Promise<Map<number, InodeDetails>> {
  if (inodes.size === 0) return new Map();
  const lines = [...inodes].flatMap((inode) => [`stat <${inode}>`, `ea_list <${inode}>`]);
  return parseDetails(await debugfsScript(fileSystem, lines));
}
