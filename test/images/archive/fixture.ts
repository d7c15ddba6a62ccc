import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  fstatSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { indexTar } from "../../../images/archive/readTar.ts";
import type { TarEntry } from "../../../images/archive/tarEntry.ts";
import { endOfArchive, padding, tarHeader } from "../../../images/archive/writeTar.ts";

/** An entry with its content, as tests make and compare them. */
export interface Entry extends Omit<TarEntry, "offset" | "size"> {
  content: Buffer;
}

/** An entry of a path, a file of mode 0644 unless told otherwise. */
export function entry(entryPath: string, own: Partial<Entry> = {}): Entry {
  return {
    path: entryPath,
    type: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 1_700_000_000,
    target: "",
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    content: Buffer.alloc(0),
    ...own,
  };
}

/** The archive of entries, in this order. */
export function archiveOf(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ content, ...rest }) => [
    tarHeader({ ...rest, size: content.length, offset: 0 }),
    content,
    padding(content.length),
  ]);
  return Buffer.concat([...parts, endOfArchive]);
}

/** The entries of an archive with their contents. */
export function entriesOf(archive: string): Entry[] {
  const file = openSync(archive, "r");
  try {
    return indexTar(file, 0, fstatSync(file).size).map(({ offset, size, ...rest }) => {
      const content = Buffer.alloc(size);
      readSync(file, content, 0, size, offset);
      return { ...rest, content };
    });
  } finally {
    closeSync(file);
  }
}

/** A temporary folder for archives. */
export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-tar-"));
  private count = 0;

  /** A path that nothing has yet. */
  path(): string {
    this.count += 1;
    return path.join(this.folder, `${this.count}`);
  }

  /** A new file of that content. */
  file(content: Buffer): string {
    const file = this.path();
    writeFileSync(file, content);
    return file;
  }

  read(file: string): Buffer {
    return readFileSync(file);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
