import { entriesOfNames, filesByName } from "./hardLinks.ts";
import { nameBytes } from "./nameText.ts";
import { omittedPaths, type Omission } from "./omissions.ts";
import type { TarEntry } from "./tarEntry.ts";

/** What the layers of every image have, empty: the engine or systemd fills it in the box. */
export const emptiedFiles = ["etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/machine-id"];

/** How much was left out of a layer. */
export interface LeftOut {
  entries: number;
  /** Of contents that have no other name in the layer. */
  bytes: number;
}

/** The entries of a canonical layer, and what it has not, by what that is. */
export interface CanonicalLayer {
  entries: TarEntry[];
  leftOut: Map<string, LeftOut>;
}

/**
 * The entries as they stand in a canonical layer: without what never belongs to an image, sorted by path (bytewise, so
 * parents come before their children), with no time later than `epochSeconds`; the first name of a file has its content.
 * `base`: the layer has no parent, so the files that engines mount over are kept, empty.
 */
export function canonicalLayer(
  entries: readonly TarEntry[],
  epochSeconds: number,
  base: boolean,
): CanonicalLayer {
  const files = filesByName(entries);
  files.delete(""); // The root is no file of a layer: engines make it themselves.
  const kinds = new Map([...files].map(([path, { type }]) => [path, { isFolder: type === "directory" }]));
  const omitted = omittedPaths(kinds);
  const kept = new Map([...files].filter(([path]) => !omitted.has(path)));
  const leftOut = countLeftOut(files, omitted, new Set(kept.values()));
  if (base) for (const path of emptiedFiles) kept.set(path, emptyFile(path, epochSeconds));
  const clamped = entriesOfNames(sortedByName(kept)).map((entry) => ({
    ...entry,
    mtime: Math.min(entry.mtime, epochSeconds),
  }));
  return { entries: clamped, leftOut };
}

/** One line for people: `logs 12 (1.2 MB), temporary 3 (0.0 MB)`. */
export function leftOutText(leftOut: ReadonlyMap<string, LeftOut>): string {
  const parts = [...leftOut].map(
    ([what, { entries, bytes }]) => `${what} ${entries} (${(bytes / 1e6).toFixed(1)} MB)`,
  );
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function sortedByName(files: ReadonlyMap<string, TarEntry>): [string, TarEntry][] {
  const keyed = [...files].map((file) => ({ file, key: nameBytes(file[0]).toString("latin1") }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ file }) => file);
}

function countLeftOut(
  files: ReadonlyMap<string, TarEntry>,
  omitted: ReadonlyMap<string, Omission>,
  kept: ReadonlySet<TarEntry>,
): Map<string, LeftOut> {
  const counts = new Map<string, LeftOut>();
  const counted = new Set(kept);
  for (const [path, { what }] of omitted) {
    const file = files.get(path);
    const count = counts.get(what) ?? { entries: 0, bytes: 0 };
    const bytes = file && !counted.has(file) ? file.size : 0;
    if (file) counted.add(file);
    counts.set(what, { entries: count.entries + 1, bytes: count.bytes + bytes });
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function emptyFile(path: string, mtime: number): TarEntry {
  return {
    path,
    type: "file",
    mode: path === "etc/machine-id" ? 0o444 : 0o644,
    uid: 0,
    gid: 0,
    mtime,
    size: 0,
    offset: 0,
    target: "",
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
  };
}
