import type { TarEntry } from "../../archive/tarEntry.ts";

/** What one layer says about one path, and the file on this machine that holds its content (at `offset`). */
export interface LayerEntry extends TarEntry {
  file: string;
}

/** `size` bytes at `offset` of a file on this machine. */
export type ContentRange = Pick<LayerEntry, "file" | "offset" | "size">;

/** One layer: entries by path, and what it takes away from the layers below. */
export interface Layer {
  entries: Map<string, LayerEntry>;
  /** Paths that `.wh.NAME` removes. */
  whiteouts: Set<string>;
  /** Directories whose lower content `.wh..wh..opq` hides. */
  opaque: Set<string>;
}

/** What an entry has that nobody said anything of: owned by root, empty. */
export const plainEntry = {
  uid: 0,
  gid: 0,
  size: 0,
  offset: 0,
  file: "",
  target: "",
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map<string, Buffer>(),
};

/** Directory part of a path: "" for the root and for its direct children. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** Last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

/** Every ancestor of a path, nearest first, the root ("") last; none for the root. */
export function ancestorsOf(path: string): string[] {
  return path === "" ? [] : [parentOf(path), ...ancestorsOf(parentOf(path))];
}

/** Paths and everything above them. */
export function withAncestors(paths: Iterable<string>): Set<string> {
  return new Set([...new Set(paths)].flatMap((path) => [path, ...ancestorsOf(path)]));
}
