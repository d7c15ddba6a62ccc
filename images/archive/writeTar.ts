import { blockSize } from "./header.ts";
import { nameBytes } from "./nameText.ts";
import { paxRecord } from "./paxRecords.ts";
import { entryTypes, type EntryType, type TarEntry } from "./tarEntry.ts";

const flags = Object.fromEntries(Object.entries(entryTypes).map(([flag, type]) => [type, flag])) as Record<
  EntryType,
  string
>;

/** The end of every archive: two blocks of zeros. */
export const endOfArchive = Buffer.alloc(2 * blockSize);

/** Zeros after a content of this many bytes, up to the next whole block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

/** The header blocks of an entry: ustar, with a pax header before it where ustar cannot say it. Same entry, same bytes. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const main = ustar(entry, path, flags[entry.type]);
  const body = paxBody(entry, path);
  if (body.length === 0) return main;
  const plain = {
    ...entry,
    size: body.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: Math.max(entry.mtime, 0),
    target: "",
    deviceMajor: 0,
    deviceMinor: 0,
  };
  return Buffer.concat([ustar(plain, "PaxHeader", "x"), body, padding(body.length), main]);
}

/** The records for all that has no room in a ustar header. */
function paxBody(entry: TarEntry, path: string): Buffer {
  const records: [string, Buffer][] = [];
  // Says that names are bytes rather than UTF-8 (POSIX.1-2008, pax).
  if (![path, entry.target].every((name) => name.isWellFormed()))
    records.push(["hdrcharset", Buffer.from("BINARY")]);
  if (!fits(path, 100)) records.push(["path", nameBytes(path)]);
  if (!fits(entry.target, 100)) records.push(["linkpath", nameBytes(entry.target)]);
  if (entry.size >= 8 ** 11) records.push(["size", Buffer.from(String(entry.size))]);
  for (const field of ["uid", "gid"] as const)
    if (entry[field] >= 8 ** 7) records.push([field, Buffer.from(String(entry[field]))]);
  if (entry.mtime < 0 || entry.mtime >= 8 ** 11) records.push(["mtime", Buffer.from(String(entry.mtime))]);
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1)))
    records.push([`SCHILY.xattr.${name}`, value]);
  return Buffer.concat(records.map(([key, value]) => paxRecord(nameBytes(key), value)));
}

function fits(value: string, length: number): boolean {
  return /^[\x20-\x7e]*$/.test(value) && value.length <= length;
}

function ustar(entry: TarEntry, path: string, flag: string): Buffer {
  const header = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, digits: number) =>
    header.write((value >= 0 && value < 8 ** digits ? value : 0).toString(8).padStart(digits, "0"), at);
  header.write(path, 0, 100);
  octal(entry.mode, 100, 7);
  octal(entry.uid, 108, 7);
  octal(entry.gid, 116, 7);
  octal(entry.size, 124, 11);
  octal(entry.mtime, 136, 11);
  header.write("        ", 148);
  header.write(flag, 156);
  header.write(entry.target, 157, 100);
  header.write("ustar\u000000", 257, "latin1");
  octal(entry.deviceMajor, 329, 7);
  octal(entry.deviceMinor, 337, 7);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return header;
}
