import { blockSize, numberField } from "./header.ts";
import type { PaxRecord } from "./paxRecords.ts";
import type { DataPart } from "./tarEntry.ts";

/** What an archive says of a file with holes (GNU tar manual, "Storing Sparse Files"). */
export interface SparseMember {
  /** Bytes of the whole file, holes included. */
  size: number;
  data: DataPart[];
  /** Its name, where the header has another one in its place. */
  name?: Buffer;
}

/** Reads bytes of the archive. */
type Read = (at: number, length: number) => Buffer;

/** Where a file's data lies in the whole file. */
type Place = Omit<DataPart, "offset">;

const prefix = "GNU.sparse.";

/**
 * The file with holes that pax records describe, in the versions 0.0, 0.1 and 1.0 of GNU tar; undefined for any other file.
 * @param stored where its content lies in the archive; version 1.0 has the map there, before the data.
 * @throws Error when the map does not fit to the content.
 */
export function sparseByPax(
  records: readonly PaxRecord[],
  stored: { offset: number; size: number },
  read: Read,
): SparseMember | undefined {
  const value = (key: string) => records.findLast(([name]) => name === prefix + key)?.[1];
  const number = (key: string) => Number(value(key)?.toString() ?? NaN);
  const name = value("name");
  if (value("major") !== undefined) {
    const map = mapInContent(stored, read);
    const rest = { offset: stored.offset + map.bytes, size: stored.size - map.bytes };
    return { ...placed(map.places, rest, number("realsize")), ...(name && { name }) };
  }
  const listed = value("map")?.toString().split(",").map(Number) ?? pairsOf(records);
  if (Number.isNaN(number("size"))) return undefined;
  return { ...placed(placesOf(listed), stored, number("size")), ...(name && { name }) };
}

/**
 * The file with holes that an old GNU header (type `S`) describes: up to 4 places in the header, and up to 21 in each
 * further block after it.
 * @returns also the bytes of those blocks, after which the content begins.
 */
export function sparseByHeader(
  header: Buffer,
  at: number,
  storedSize: number,
  read: Read,
): SparseMember & { extensionBytes: number } {
  const numbers = placeFields(header, 386, 4);
  let more = header[482] !== 0;
  let next = at + blockSize;
  for (; more; next += blockSize) {
    const block = read(next, blockSize);
    numbers.push(...placeFields(block, 0, 21));
    more = block[504] !== 0;
  }
  const extensionBytes = next - at - blockSize;
  const size = numberField(header, 483, 12);
  return { ...placed(placesOf(numbers), { offset: next, size: storedSize }, size), extensionBytes };
}

function placeFields(block: Buffer, start: number, count: number): number[] {
  const fields = Array.from({ length: count }, (_, index) => start + index * 24);
  const used = fields.filter((field) => block[field] !== 0);
  return used.flatMap((field) => [numberField(block, field, 12), numberField(block, field + 12, 12)]);
}

/** Version 0.0: a record for each offset and each length, one after the other. */
function pairsOf(records: readonly PaxRecord[]): number[] {
  const keys = [`${prefix}offset`, `${prefix}numbytes`];
  return records.filter(([key]) => keys.includes(key)).map(([, value]) => Number(value.toString()));
}

/** Version 1.0: the number of places, then their offsets and lengths, a line each, up to the end of a block. */
function mapInContent(
  { offset, size }: { offset: number; size: number },
  read: Read,
): { places: Place[]; bytes: number } {
  let text = "";
  for (let bytes = blockSize; bytes <= size; bytes += blockSize) {
    text += read(offset + bytes - blockSize, blockSize).toString("latin1");
    const numbers = text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .map(Number);
    const [count = NaN, ...listed] = numbers.slice(0, -1);
    if (listed.length >= 2 * count) return { places: placesOf(listed.slice(0, 2 * count)), bytes };
  }
  throw new Error(
    `tar entry at ${offset}: expected a map of a file with holes, got ${size} bytes without one`,
  );
}

function placesOf(numbers: readonly number[]): Place[] {
  const starts = numbers.filter((_, index) => index % 2 === 0);
  return starts.map((at, index) => ({ at, size: numbers[2 * index + 1] ?? NaN }));
}

/** The data of a file one part after the other, from where its content lies. */
function placed(
  places: readonly Place[],
  stored: { offset: number; size: number },
  size: number,
): SparseMember {
  const data: DataPart[] = [];
  let [end, used] = [0, 0];
  for (const place of places) {
    if (!(place.at >= end && place.size >= 0 && place.at + place.size <= size))
      throw new Error(
        `tar entry at ${stored.offset}: expected data in order within ${size} bytes, got ${place.size} bytes at ${place.at}`,
      );
    if (place.size > 0) data.push({ ...place, offset: stored.offset + used });
    [end, used] = [place.at + place.size, used + place.size];
  }
  if (used > stored.size)
    throw new Error(`tar entry at ${stored.offset}: expected ${used} bytes of data, got ${stored.size}`);
  return { size, data };
}
