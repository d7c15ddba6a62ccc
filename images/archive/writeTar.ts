import { entryTypes, type EntryType, type TarEntry } from "./tarEntry.ts";

const blockSize = 512;
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
  const records = new Map<string, Buffer>();
  if (!fits(path, 100)) records.set("path", Buffer.from(path));
  if (!fits(entry.target, 100)) records.set("linkpath", Buffer.from(entry.target));
  if (entry.size >= 8 ** 11) records.set("size", Buffer.from(String(entry.size)));
  for (const field of ["uid", "gid"] as const) {
    if (entry[field] >= 8 ** 7) records.set(field, Buffer.from(String(entry[field])));
  }
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    records.set(`SCHILY.xattr.${name}`, value);
  }
  const main = ustar(entry, path, flags[entry.type]);
  if (records.size === 0) return main;
  const body = Buffer.concat([...records].map(([key, value]) => paxRecord(key, value)));
  const plain = {
    ...entry,
    size: body.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    target: "",
    deviceMajor: 0,
    deviceMinor: 0,
  };
  return Buffer.concat([ustar(plain, "PaxHeader", "x"), body, padding(body.length), main]);
}

function fits(value: string, length: number): boolean {
  return /^[\x20-\x7e]*$/.test(value) && value.length <= length;
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length;
  while (rest.length + String(length).length !== length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function ustar(entry: TarEntry, path: string, flag: string): Buffer {
  const header = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, digits: number) =>
    header.write((value < 8 ** digits ? value : 0).toString(8).padStart(digits, "0"), at);
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
