import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { LayerEntry } from "./entry.ts";

const chunkBytes = 2 ** 20;

/** Contents of entries, read from the archives in which they lie. */
export class ContentReader {
  readonly #open = new Map<string, number>();
  readonly #chunk = Buffer.alloc(chunkBytes);

  /** Hexadecimal SHA-256 of a file's content. */
  digest(entry: LayerEntry): string {
    const hash = createHash("sha256");
    this.#each(entry, (part) => void hash.update(part));
    return hash.digest("hex");
  }

  /** A file's content. */
  read(entry: LayerEntry): Buffer {
    const parts: Buffer[] = [];
    this.#each(entry, (part) => void parts.push(Buffer.from(part)));
    return Buffer.concat(parts);
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
  }

  #each({ file, offset, size }: LayerEntry, use: (part: Buffer) => void): void {
    const descriptor = this.#open.get(file) ?? openSync(file, "r");
    this.#open.set(file, descriptor);
    for (let done = 0; done < size;) {
      const got = readSync(descriptor, this.#chunk, 0, Math.min(chunkBytes, size - done), offset + done);
      if (got === 0)
        throw new Error(`${file}: expected ${size - done} more bytes at ${offset + done}, got none`);
      use(this.#chunk.subarray(0, got));
      done += got;
    }
  }
}
