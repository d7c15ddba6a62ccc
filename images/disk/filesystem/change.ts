import type { EntryType } from "../../archive/tarEntry.ts";
import type { ContentRange } from "../layer/entry.ts";

/** One step from the parent's tree to the layer's, in the order in which they are to be taken. */
export type TreeChange =
  | { do: "removeFile"; path: string }
  | { do: "removeDirectory"; path: string }
  | { do: "freeBlock"; path: string; block: number }
  | { do: "makeDirectory"; path: string }
  | { do: "writeFile"; path: string; content: ContentRange }
  | { do: "makeSymlink"; path: string; target: string }
  | {
      do: "makeNode";
      path: string;
      type: NodeType;
      major: number;
      minor: number;
    }
  | { do: "makeLink"; path: string; target: string };

export type NodeType = Extract<EntryType, "character-device" | "block-device" | "fifo">;

/** Metadata of one path, set after every change; every time of the inode becomes `mtimeSeconds`. */
export interface Attributes {
  path: string;
  /** Type and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  mtimeSeconds: number;
  xattrs: ReadonlyMap<string, Buffer>;
  /** Names of attributes that the path has and shall not keep. */
  staleXattrs: string[];
}

/** Number of names that a path's inode has in the end; debugfs does not count those that it adds. */
export interface LinkCount {
  path: string;
  links: number;
}

/** Everything that a layer does to a file system. */
export interface Plan {
  changes: TreeChange[];
  attributes: Attributes[];
  linkCounts: LinkCount[];
}

/** Type bits of `st_mode` (inode(7)). */
export const typeBits: Record<Exclude<EntryType, "link">, number> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  "character-device": 0o020000,
  "block-device": 0o060000,
  fifo: 0o010000,
};
