import { readSync } from "node:fs";
import { aclValue, modeWithAcl } from "./acl.ts";
import { blockSize, numberField, textField, verifyChecksum } from "./header.ts";
import { nameText } from "./nameText.ts";
import { readPaxRecords, type PaxRecord } from "./paxRecords.ts";
import { sparseByHeader, sparseByPax, type SparseMember } from "./sparse.ts";
import { entryTypes, type EntryType, type TarEntry } from "./tarEntry.ts";

const xattrPrefix = "SCHILY.xattr.";

/** What the headers before an entry say of it. */
interface Extra {
  records: PaxRecord[];
  path?: string;
  target?: string;
}

/** Where the content of an entry lies, and what more is known of it. */
interface Content {
  offset: number;
  size: number;
  sparse?: SparseMember;
}

type Read = (at: number, length: number) => Buffer;

/**
 * The entries of a tar archive between two offsets of an open file, without reading contents.
 * Understands ustar, pax headers (long names, big sizes, binary extended attributes, access control lists), GNU long names
 * and all forms of files with holes; names may be any bytes.
 * @throws Error when a header's checksum is wrong or the archive ends early.
 */
export function indexTar(file: number, start: number, end: number): TarEntry[] {
  const read: Read = (at, length) => readBytes(file, at, length);
  const entries: TarEntry[] = [];
  const global: PaxRecord[] = [];
  let extra: Extra = { records: [] };
  for (let at = start; at + blockSize <= end;) {
    const header = read(at, blockSize);
    if (header.every((byte) => byte === 0)) break;
    verifyChecksum(header, at);
    const flag = String.fromCharCode(header[156] ?? 0).replace("\0", "0");
    const records = [...global, ...extra.records];
    const content = contentOf(header, flag, at, records, read);
    const { offset, size } = content;
    if (offset + size > end)
      throw new Error(`tar entry at ${at}: expected ${size} bytes of content, got ${end - offset}`);
    if (flag === "x") extra.records = readPaxRecords(read(offset, size));
    else if (flag === "g") global.push(...readPaxRecords(read(offset, size)));
    else if (flag === "L") extra.path = longName(read(offset, size));
    else if (flag === "K") extra.target = longName(read(offset, size));
    else {
      // The name of the whole archive is no file.
      if (flag !== "V") entries.push(entry(header, flag, content, { ...extra, records }));
      extra = { records: [] };
    }
    at = offset + Math.ceil(size / blockSize) * blockSize;
  }
  return entries;
}

/** Headers that say something of the next one have a size of their own; links have no content, whatever they say. */
function contentOf(
  header: Buffer,
  flag: string,
  at: number,
  records: readonly PaxRecord[],
  read: Read,
): Content {
  const stated = numberField(header, 124, 12);
  const offset = at + blockSize;
  if ("xgLKV".includes(flag)) return { offset, size: stated };
  const size = flag === "1" ? 0 : Number(lastOf(records, "size")?.toString() ?? stated);
  if (flag === "S") {
    const sparse = sparseByHeader(header, at, size, read);
    return { offset: offset + sparse.extensionBytes, size, sparse };
  }
  const sparse = sparseByPax(records, { offset, size }, read);
  return { offset, size, ...(sparse && { sparse }) };
}

function entry(
  header: Buffer,
  flag: string,
  { offset, size, sparse }: Content,
  { records, ...long }: Extra,
): TarEntry {
  const text = (key: string) => {
    const value = lastOf(records, key);
    return value && nameText(value);
  };
  const number = (key: string, at: number, length: number) =>
    Number(lastOf(records, key)?.toString() ?? numberField(header, at, length));
  const path = (sparse?.name && nameText(sparse.name)) ?? text("path") ?? long.path ?? shortPath(header);
  const type = typeOf(flag, path);
  if (!type) throw new Error(`tar entry ${path}: expected a known type, got ${flag}`);
  const xattrs = xattrsOf(path, records);
  const target = text("linkpath") ?? long.target ?? textField(header, 157, 100);
  return {
    path: trim(path),
    type,
    mode: modeWithAcl(numberField(header, 100, 8) & 0o7777, xattrs),
    uid: number("uid", 108, 8),
    gid: number("gid", 116, 8),
    mtime: Math.floor(number("mtime", 136, 12)),
    size: type === "file" ? (sparse?.size ?? size) : 0,
    offset: sparse?.data[0]?.offset ?? offset,
    ...(sparse && { data: sparse.data }),
    target: type === "link" ? trim(target) : target,
    deviceMajor: numberField(header, 329, 8),
    deviceMinor: numberField(header, 337, 8),
    xattrs,
  };
}

/** Files are also of the types `7` (contiguous), `S` (with holes) and, before POSIX, folders by their slash; `D` is a folder. */
function typeOf(flag: string, path: string): EntryType | undefined {
  if (flag === "D" || ("07".includes(flag) && path.endsWith("/"))) return "directory";
  if ("7S".includes(flag)) return "file";
  return (entryTypes as Record<string, EntryType>)[flag];
}

function xattrsOf(path: string, records: readonly PaxRecord[]): Map<string, Buffer> {
  const xattrs = new Map<string, Buffer>();
  for (const [key, value] of records)
    if (key.startsWith(xattrPrefix)) xattrs.set(key.slice(xattrPrefix.length), value);
  for (const kind of ["access", "default"] as const) {
    const list = lastOf(records, `SCHILY.acl.${kind}`);
    const name = `system.posix_acl_${kind}`;
    const value = list && !xattrs.has(name) ? aclValue(path, kind, list.toString()) : undefined;
    if (value) xattrs.set(name, value);
  }
  return xattrs;
}

function shortPath(header: Buffer): string {
  const prefix = textField(header, 257, 6) === "ustar" ? textField(header, 345, 155) : "";
  return prefix ? `${prefix}/${textField(header, 0, 100)}` : textField(header, 0, 100);
}

function longName(content: Buffer): string {
  return nameText(content).replace(/\0+$/, "");
}

/** An empty value takes back what an earlier header said. */
function lastOf(records: readonly PaxRecord[], key: string): Buffer | undefined {
  const value = records.findLast(([name]) => name === key)?.[1];
  return value?.length === 0 ? undefined : value;
}

function trim(path: string): string {
  return path
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "");
}

function readBytes(file: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const got = readSync(file, buffer, 0, length, at);
  if (got !== length) throw new Error(`tar archive at ${at}: expected ${length} bytes, got ${got}`);
  return buffer;
}
