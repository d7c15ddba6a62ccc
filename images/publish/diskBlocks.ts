import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { DataMap } from "../disk/sparseFile.ts";
import { BLOCK_BYTES } from "./blocks.ts";

/** A raw disk, read block by block from its beginning to its end. Holes, most of a disk, are not read: they are zeros. */
export class Disk {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #file: FileHandle;
  readonly #data: DataMap;

  private constructor(path: string, file: FileHandle, data: DataMap, sizeBytes: number) {
    this.path = path;
    this.#file = file;
    this.#data = data;
    this.sizeBytes = sizeBytes;
  }

  static async open(path: string): Promise<Disk> {
    const file = await open(path, "r");
    try {
      return new Disk(path, file, await DataMap.of(path), (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Fills `block` with the block at `index`, no smaller than the one before; what lies beyond the disk's end becomes zeros.
   *
   * @throws when the file ends before its size (it was changed meanwhile), or cannot be read
   */
  async read(index: number, block: Buffer): Promise<void> {
    const start = index * BLOCK_BYTES;
    const wanted = Math.min(BLOCK_BYTES, this.sizeBytes - start);
    if (!this.#data.has(start, start + wanted)) {
      block.fill(0);
      return;
    }
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await this.#file.read(block, filled, wanted - filled, start + filled);
      if (bytesRead === 0) throw new Error(this.#shortened(start + filled));
      filled += bytesRead;
    }
    block.fill(0, wanted);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #shortened(offset: number): string {
    return `${this.path}: expected ${this.sizeBytes} bytes, got an end at ${offset}; do not change a disk while it is published`;
  }
}
