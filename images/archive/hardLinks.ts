import type { TarEntry } from "./tarEntry.ts";

/**
 * The files of an archive by their names, as unpacking makes them: of entries with one path the last one counts, and a hard
 * link is another name of what its target is at that moment; names of one file have one and the same entry.
 * A link to what the archive does not have, but a lower layer may, stays a link.
 */
export function filesByName(entries: readonly TarEntry[]): Map<string, TarEntry> {
  const files = new Map<string, TarEntry>();
  for (const entry of entries) {
    const target = entry.type === "link" ? files.get(entry.target) : undefined;
    files.set(entry.path, target && target.type !== "directory" ? target : entry);
  }
  return files;
}

/** Entries of names in this order: the first name of a file has its content, the others link to it. */
export function entriesOfNames(files: readonly (readonly [path: string, file: TarEntry])[]): TarEntry[] {
  const first = new Map<TarEntry, string>();
  return files.map(([path, file]) => {
    const target = first.get(file);
    if (target !== undefined) return { ...nothing, ...ownerOf(file), path, type: "link", target };
    first.set(file, path);
    return { ...file, path };
  });
}

const nothing = { size: 0, offset: 0, deviceMajor: 0, deviceMinor: 0, xattrs: new Map<string, Buffer>() };

function ownerOf({ mode, uid, gid, mtime }: TarEntry): Pick<TarEntry, "mode" | "uid" | "gid" | "mtime"> {
  return { mode, uid, gid, mtime };
}
