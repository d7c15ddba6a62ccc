import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { DataPart, TarEntry } from "./tarEntry.ts";
import { endOfArchive, padding, tarHeader } from "./writeTar.ts";

const chunkSize = 2 ** 20;
const zeros = Buffer.alloc(chunkSize);

type Write = (data: Buffer) => void;

/**
 * Writes entries of one tar as another; files with holes are written whole.
 * @returns the archive's digest: `sha256:` and hexadecimal digits.
 */
export function writeLayer(source: number, entries: readonly TarEntry[], output: string): string {
  const hash = createHash("sha256");
  const target = openSync(output, "wx");
  const write: Write = (data) => {
    hash.update(data);
    for (let done = 0; done < data.length;) done += writeSync(target, data, done);
  };
  try {
    for (const entry of entries) {
      write(tarHeader(entry));
      writeContent(source, entry, write);
      write(padding(entry.size));
    }
    write(endOfArchive);
  } finally {
    closeSync(target);
  }
  return `sha256:${hash.digest("hex")}`;
}

function writeContent(source: number, { path, offset, size, data }: TarEntry, write: Write): void {
  let done = 0;
  for (const part of data ?? [{ at: 0, offset, size }]) {
    writeZeros(part.at - done, write);
    copy(source, path, part, write);
    done = part.at + part.size;
  }
  writeZeros(size - done, write);
}

function writeZeros(size: number, write: Write): void {
  for (let left = size; left > 0; left -= chunkSize) write(zeros.subarray(0, Math.min(left, chunkSize)));
}

function copy(source: number, path: string, { offset, size }: DataPart, write: Write): void {
  const chunk = Buffer.alloc(Math.min(chunkSize, size));
  for (let done = 0; done < size;) {
    const got = readSync(source, chunk, 0, Math.min(chunk.length, size - done), offset + done);
    if (got === 0) throw new Error(`layer entry ${path}: expected ${size} bytes, got ${done}`);
    write(chunk.subarray(0, got));
    done += got;
  }
}
