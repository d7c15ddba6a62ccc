import type { TarEntry } from "../../../../images/archive/tarEntry.ts";
import type { TestEntry } from "./layerTar.ts";

/** One file of the model. Names that are hard links to each other share one object. */
export interface TreeNode {
  type: Exclude<TarEntry["type"], "link">;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  content: Buffer;
  target: string;
  deviceMajor: number;
  deviceMinor: number;
  xattrs: Map<string, Buffer>;
}

export type Tree = Map<string, TreeNode>;

/** What a user does to a box before it is committed as a layer; numbers choose among what is there. */
export type Action =
  | { do: "put"; directory: number; name: string; node: TreeNode }
  | { do: "remove"; which: number }
  | { do: "link"; which: number; directory: number; name: string };

/**
 * Plays actions on a tree, and records the layer as overlayfs and OCI define it: changed paths, whiteouts for what is gone,
 * an opaque mark for a directory that was made again.
 */
export function playActions(lower: Tree, actions: Action[]): { tree: Tree; layer: TestEntry[] } {
  const tree: Tree = new Map(lower);
  for (const action of actions) {
    if (action.do === "remove") removeSubtree(tree, choose([...tree.keys()], action.which));
    else {
      const directory = choose(["", ...directoriesOf(tree)], action.directory);
      const path = directory === "" ? action.name : `${directory}/${action.name}`;
      if (action.do === "put") put(tree, path, action.node);
      else link(tree, path, choose(linkable(tree), action.which));
    }
  }
  return { tree, layer: difference(lower, tree) };
}

function put(tree: Tree, path: string, node: TreeNode): void {
  const before = tree.get(path);
  if (!(before?.type === "directory" && node.type === "directory")) removeSubtree(tree, path);
  tree.set(path, { ...node });
}

function link(tree: Tree, path: string, target: string | undefined): void {
  const node = target === undefined ? undefined : tree.get(target);
  if (!node || target === undefined || path === target || target.startsWith(`${path}/`)) return;
  removeSubtree(tree, path);
  tree.set(path, node);
}

function removeSubtree(tree: Tree, path: string | undefined): void {
  if (path === undefined) return;
  for (const name of [...tree.keys()]) if (name === path || name.startsWith(`${path}/`)) tree.delete(name);
}

function difference(lower: Tree, upper: Tree): TestEntry[] {
  const names = new Map<TreeNode, string>();
  const changed = [...upper].filter(([path, node]) => lower.get(path) !== node);
  const entries = changed.map(([path, node]): TestEntry => {
    const first =
      names.get(node) ??
      [...lower].find(([name, before]) => before === node && upper.get(name) === node)?.[0];
    names.set(node, first ?? path);
    return first === undefined ? { ...node, path } : { path, type: "link", target: first };
  });
  const gone = [...lower.keys()].filter(
    (path) => !upper.has(path) && isPresent(upper, lower, parentOf(path)),
  );
  return [
    ...entries,
    ...gone.map((path) => ({ path: beside(path, `.wh.${path.slice(path.lastIndexOf("/") + 1)}`) })),
  ];
}

/** A whiteout is only needed where the directory itself has stayed. */
function isPresent(upper: Tree, lower: Tree, path: string): boolean {
  return path === "" || (upper.get(path)?.type === "directory" && lower.get(path)?.type === "directory");
}

function directoriesOf(tree: Tree): string[] {
  return [...tree].filter(([, node]) => node.type === "directory").map(([path]) => path);
}

function linkable(tree: Tree): string[] {
  return [...tree].filter(([, node]) => node.type !== "directory").map(([path]) => path);
}

function choose<T>(from: T[], which: number): T | undefined {
  return from[which % Math.max(from.length, 1)];
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

export function beside(path: string, name: string): string {
  const parent = parentOf(path);
  return parent === "" ? name : `${parent}/${name}`;
}
