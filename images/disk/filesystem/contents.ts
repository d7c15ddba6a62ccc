import { closeSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ContentRange } from "../layer/entry.ts";

const chunkBytes = 1024 * 1024;

/**
 * Writes contents as files named by their keys into a folder, for debugfs to read.
 * Synchronous on purpose: tens of thousands of small files take a second this way, and several through promises.
 */
export function writeContents(files: Map<string, ContentRange | Buffer>, folder: string): void {
  const sources = new Map<string, number>();
  const buffer = Buffer.alloc(chunkBytes);
  try {
    for (const [name, content] of files) {
      const target = join(folder, name);
      if (Buffer.isBuffer(content)) writeFileSync(target, content);
      else if (content.size === 0) writeFileSync(target, "");
      else copyRange(openOnce(sources, content.file), content, target, buffer);
    }
  } finally {
    for (const descriptor of sources.values()) closeSync(descriptor);
  }
}

function openOnce(sources: Map<string, number>, file: string): number {
  const descriptor = sources.get(file) ?? openSync(file, "r");
  sources.set(file, descriptor);
  return descriptor;
}

function copyRange(source: number, { offset, size }: ContentRange, target: string, buffer: Buffer): void {
  const descriptor = openSync(target, "w");
  try {
    for (let done = 0; done < size;) {
      const count = readSync(source, buffer, 0, Math.min(buffer.length, size - done), offset + done);
      if (count === 0)
        throw new Error(
          `${target}: expected ${size} bytes, got ${done}; the layer changed while it was read`,
        );
      writeSync(descriptor, buffer, 0, count);
      done += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
