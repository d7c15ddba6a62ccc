import { readSync } from "node:fs";
import { entryTypes, type EntryType, type TarEntry } from "./tarEntry.ts";

const blockSize = 512;
const xattrPrefix = "SCHILY.xattr.";

/**
 * The entries of a tar archive between two offsets of an open file, without reading contents.
 * Understands ustar, pax headers (long names, big sizes, binary extended attributes) and GNU long names.
 * @throws Error when a header's checksum is wrong or the archive ends early.
 */
export function indexTar(file: number, start: number, end: number): TarEntry[] {
  const entries: TarEntry[] = [];
  let extra: Extra = { records: new Map() };
  for (let at = start; at + blockSize <= end;) {
    const header = read(file, at, blockSize);
    if (header.every((byte) => byte === 0)) break;
    verifyChecksum(header, at);
    const flag = String.fromCharCode(header[156] ?? 0).replace("\0", "0");
    const size = Number(extra.records.get("size")?.toString() ?? number(header, 124, 12));
    const offset = at + blockSize;
    if (offset + size > end)
      throw new Error(`tar entry at ${at}: expected ${size} bytes of content, got ${end - offset}`);
    const content = () => read(file, offset, size);
    if (flag === "x") extra.records = paxRecords(content());
    else if (flag === "L") extra.path = content().toString().replace(/\0+$/, "");
    else if (flag === "K") extra.target = content().toString().replace(/\0+$/, "");
    else if (flag !== "g") {
      entries.push(entry(header, flag, offset, size, extra));
      extra = { records: new Map() };
    }
    at = offset + Math.ceil(size / blockSize) * blockSize;
  }
  return entries;
}

/** What the headers before an entry say of it. */
interface Extra {
  records: Map<string, Buffer>;
  path?: string;
  target?: string;
}

function entry(header: Buffer, flag: string, offset: number, size: number, extra: Extra): TarEntry {
  const { records } = extra;
  const prefix = text(header, 257, 6) === "ustar" ? text(header, 345, 155) : "";
  const shortPath = prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100);
  const type: EntryType | undefined = entryTypes[(flag === "7" ? "0" : flag) as keyof typeof entryTypes];
  const path = records.get("path")?.toString() ?? extra.path ?? shortPath;
  if (!(type as EntryType | undefined))
    throw new Error(`tar entry ${path}: expected a known type, got ${flag}`);
  const target = records.get("linkpath")?.toString() ?? extra.target ?? text(header, 157, 100);
  return {
    path: trim(path),
    type,
    mode: number(header, 100, 8) & 0o7777,
    uid: Number(records.get("uid")?.toString() ?? number(header, 108, 8)),
    gid: Number(records.get("gid")?.toString() ?? number(header, 116, 8)),
    mtime: Math.floor(Number(records.get("mtime")?.toString() ?? number(header, 136, 12))),
    size: type === "file" ? size : 0,
    offset,
    target: type === "link" ? trim(target) : target,
    deviceMajor: number(header, 329, 8),
    deviceMinor: number(header, 337, 8),
    xattrs: new Map(
      [...records]
        .filter(([key]) => key.startsWith(xattrPrefix))
        .map(([key, value]) => [key.slice(xattrPrefix.length), value]),
    ),
  };
}

function trim(path: string): string {
  return path
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
}

function read(file: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const got = readSync(file, buffer, 0, length, at);
  if (got !== length) throw new Error(`tar archive at ${at}: expected ${length} bytes, got ${got}`);
  return buffer;
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString();
}

/** An octal number, or a binary one where the first bit is set (GNU). */
function number(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  }
  return parseInt(text(header, at, length).trim() || "0", 8);
}

function verifyChecksum(header: Buffer, at: number): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const stated = number(header, 148, 8);
  if (sum !== stated) throw new Error(`tar header at ${at}: expected checksum ${stated}, got ${sum}`);
}

/** `LENGTH KEY=VALUE\n` records; values may hold any byte. */
function paxRecords(content: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString());
    if (space < 0 || !(length > 0))
      throw new Error(
        `pax header: expected a record's length, got ${content.subarray(at, at + 20).toString()}`,
      );
    const record = content.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    records.set(record.subarray(0, equals).toString(), record.subarray(equals + 1));
    at += length;
  }
  return records;
}
