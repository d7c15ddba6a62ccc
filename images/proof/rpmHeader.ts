/** Tags of what is read here (rpm's documentation, "RPM v4 header tags"). */
const tags = { name: 1000, version: 1001, release: 1002, epoch: 1003, architecture: 1022, source: 1044 };
const types = { int32: 4, string: 6 };
const entryBytes = 16;

/** What one package's header says; absent parts are undefined. */
export interface RpmHeader {
  name: string;
  version: string;
  release: string;
  epoch: number | undefined;
  architecture: string;
  /** Name of the source package's file; absent in source packages. */
  source: string | undefined;
}

/**
 * Reads a package's header as rpm's database has it (rpm's documentation, "RPM v4 header format"): two big-endian counts, of entries
 * and of bytes of data; the entries (tag, type, offset, count); the data.
 * @throws Error when the bytes are no header.
 */
export function readRpmHeader(bytes: Buffer): RpmHeader {
  const entries = bytes.length < 8 ? 0 : bytes.readUInt32BE(0);
  const start = 8 + entries * entryBytes;
  if (entries === 0 || start > bytes.length)
    throw new Error("expected the header of an RPM package, got other bytes");
  const find = (tag: number, type: number): number | undefined => {
    for (let at = 8; at < start; at += entryBytes)
      if (bytes.readUInt32BE(at) === tag && bytes.readUInt32BE(at + 4) === type)
        return start + bytes.readUInt32BE(at + 8);
    return undefined;
  };
  const text = (tag: number) => {
    const at = find(tag, types.string);
    return at === undefined ? undefined : bytes.toString("utf8", at, bytes.indexOf(0, at));
  };
  const epochAt = find(tags.epoch, types.int32);
  return {
    name: text(tags.name) ?? "",
    version: text(tags.version) ?? "",
    release: text(tags.release) ?? "",
    epoch: epochAt === undefined ? undefined : bytes.readUInt32BE(epochAt),
    architecture: text(tags.architecture) ?? "",
    source: text(tags.source),
  };
}
