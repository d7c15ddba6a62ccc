import type { LayerEntry } from "../disk/layer/entry.ts";

/** What pip (or what does as it) or npm has installed. */
export interface Library {
  kind: "pypi" | "npm";
  /** Of Python in its normal form: in lower case, with dashes. */
  name: string;
  /** Where a repository of git was installed, with its commit: `1.0@0123456789ab`. */
  version: string;
}

/** Where file systems of layers keep what is in them. */
export interface LibraryTree {
  entries: ReadonlyMap<string, LayerEntry>;
  /** The text of an entry. */
  read: (entry: LayerEntry) => string;
}

/** A library, and the file that says so. */
export interface FoundLibrary {
  path: string;
  library: Library;
}
