import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { BLOCK_BYTES } from "./blocks.ts";

/** A raw disk, read block by block. */
export class Disk {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle, sizeBytes: number) {
    this.path = path;
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  static async open(path: string): Promise<Disk> {
    const file = await open(path, "r");
    return new Disk(path, file, (await file.stat()).size);
  }

  /**
   * Fills `block` with the block at `index`; what lies beyond the disk's end becomes zeros.
   *
   * @throws when the file ends before its size (it was changed meanwhile), or cannot be read
   */
  async read(index: number, block: Buffer): Promise<void> {
    const start = index * BLOCK_BYTES;
    const wanted = Math.min(BLOCK_BYTES, this.sizeBytes - start);
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
