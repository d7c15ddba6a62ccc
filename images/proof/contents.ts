import { ContentReader } from "../disk/layer/ContentReader.ts";
import { KnownLayers } from "./KnownLayers.ts";
import type { LayerEntry } from "../disk/layer/entry.ts";
import { mergeLayers } from "../disk/layer/mergeLayers.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { installedPackages } from "./installed.ts";
import { installedLibraries } from "./libraries.ts";
import type { Library } from "./Library.ts";
import type { Package } from "./packages.ts";

/** One entry of an image's file system. */
export interface ImageFile {
  /** Absolute. */
  path: string;
  type: LayerEntry["type"];
  /** Permission bits in octal, with set-id and sticky bits. */
  mode: string;
  uid: number;
  gid: number;
  /** Hexadecimal SHA-256 of a file's content; of a hard link, that of the file. */
  sha256?: string;
  /** Where a symbolic link points. */
  target?: string;
}

/** What an image is made of. */
export interface Contents {
  /** `debian 12`, from os-release; empty where it has none. */
  system: { id: string; version: string };
  packages: Package[];
  /** What pip and npm have installed. Absent in what was written before this was looked at. */
  libraries?: Library[];
  files: ImageFile[];
}

/**
 * Reads what an image is made of from its layers' archives, lowest first.
 * @param known what was read of them already.
 */
export function readContents(archives: readonly string[], known = new KnownLayers()): Contents {
  const { entries } = mergeLayers(archives.map((archive) => known.layer(archive)));
  const sorted = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const reader = new ContentReader();
  try {
    const read = (path: string) => {
      const entry = entries.get(path);
      return entry && reader.read(entry);
    };
    const content = (path: string) => read(path)?.toString();
    return {
      system: systemOf(content("usr/lib/os-release") ?? content("etc/os-release") ?? ""),
      packages: installedPackages(read),
      libraries: installedLibraries({ entries, read: (entry) => textOf(entry, entries, reader) }),
      files: sorted
        .filter(({ path }) => path !== "")
        .map((entry) => fileOf(entry, entries, (each) => known.digestOf(each, reader))),
    };
  } finally {
    reader.close();
  }
}

/** The text of a file, by any of its names. */
export function textOf(
  entry: LayerEntry,
  entries: ReadonlyMap<string, LayerEntry>,
  reader: ContentReader,
): string {
  return reader.read(entry.type === "link" ? (entries.get(entry.target) ?? entry) : entry).toString();
}

/** `sha256:…` over all that an image is made of: equal for equal contents. */
export function contentsDigest(contents: Contents): string {
  return `sha256:${sha256(canonicalJson(contents))}`;
}

function fileOf(
  entry: LayerEntry,
  entries: ReadonlyMap<string, LayerEntry>,
  digest: (entry: LayerEntry) => string,
): ImageFile {
  const file = entry.type === "link" ? (entries.get(entry.target) ?? entry) : entry;
  return {
    path: `/${entry.path}`,
    type: file.type,
    mode: file.mode.toString(8).padStart(4, "0"),
    uid: file.uid,
    gid: file.gid,
    ...(file.type === "file" && { sha256: digest(file) }),
    ...(file.type === "symlink" && { target: file.target }),
  };
}

function systemOf(osRelease: string): Contents["system"] {
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  return { id: value("ID"), version: value("VERSION_ID") };
}
