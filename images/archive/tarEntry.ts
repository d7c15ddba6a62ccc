/** The kinds of entries of a layer, by their type flag in the archive (POSIX.1-2001, pax interchange format). */
export const entryTypes = {
  "0": "file",
  "1": "link",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
} as const;

export type EntryType = (typeof entryTypes)[keyof typeof entryTypes];

/** One entry of a tar archive that lies in a file. Names are text as {@link nameText} makes it of their bytes. */
export interface TarEntry {
  /** Path without leading `./` or `/` and without a trailing slash; empty for the root. */
  path: string;
  type: EntryType;
  /** Permission bits with set-id and sticky bits, without the type. */
  mode: number;
  uid: number;
  gid: number;
  /** Whole seconds since 1970. */
  mtime: number;
  /** Bytes of content; 0 for all but files. */
  size: number;
  /** Where the content starts in the file that was indexed; of a file with holes, where its data does. */
  offset: number;
  /** The parts of a file with holes that are data, in order; everything else in it is zero. Absent: all of it is data. */
  data?: readonly DataPart[];
  /** Target of a link (a path in the archive) or symbolic link (as it is). */
  target: string;
  deviceMajor: number;
  deviceMinor: number;
  /** Extended attributes: binary values by name. */
  xattrs: ReadonlyMap<string, Buffer>;
}

/** `size` bytes of a file from `at` on, which lie at `offset` of the file that was indexed. */
export interface DataPart {
  at: number;
  offset: number;
  size: number;
}
