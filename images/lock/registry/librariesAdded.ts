import { ContentReader } from "../../disk/layer/ContentReader.ts";
import { mergeLayers } from "../../disk/layer/mergeLayers.ts";
import { readLayer } from "../../disk/layer/readLayer.ts";
import { textOf } from "../../proof/contents.ts";
import { installedLibraries } from "../../proof/libraries.ts";
import type { Library } from "../../proof/Library.ts";
import type { LockedBy } from "./lockedBy.ts";

/** What a layer adds that is no package of a distribution. */
export interface AddedLibraries {
  /** By `flask:pypi`: what no lock file has with a digest. Where several versions are there, with commas between them. */
  open: Readonly<Record<string, string>>;
  /** How many each lock file has, by its path in the project. */
  closed: Readonly<Record<string, number>>;
}

/** Those of an image, and not of the one below it. */
export function addedLibraries(
  own: readonly Library[],
  below: readonly Library[],
  lockedBy: LockedBy,
): AddedLibraries {
  const had = new Set(below.map(libraryText));
  const open: Record<string, string> = {};
  const closed: Record<string, number> = {};
  for (const library of own.filter((each) => !had.has(libraryText(each)))) {
    const file = lockedBy.get(libraryText(library));
    const id = `${library.name}:${library.kind}`;
    if (file !== undefined) closed[file] = (closed[file] ?? 0) + 1;
    else open[id] = id in open ? `${open[id] ?? ""},${library.version}` : library.version;
  }
  return { open, closed };
}

function libraryText({ kind, name, version }: Library): string {
  return `${name}:${kind} ${version}`;
}

/** What lies in some layers' archives, lowest first. */
export function librariesIn(archives: readonly string[]): Library[] {
  const { entries } = mergeLayers(archives.map(readLayer));
  const reader = new ContentReader();
  try {
    return installedLibraries({
      entries,
      read: (entry) => textOf(entry, entries, reader),
    });
  } finally {
    reader.close();
  }
}
