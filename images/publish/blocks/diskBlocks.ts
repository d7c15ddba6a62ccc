import { SparseFile } from "../../disk/raw/sparseFile.ts";
import { BLOCK_BYTES } from "./blocks.ts";

/** A raw disk, read block by block from its beginning to its end. */
export class Disk {
  readonly path: string;
  readonly #file: SparseFile;

  private constructor(path: string, file: SparseFile) {
    this.path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<Disk> {
    return new Disk(path, await SparseFile.open(path, BLOCK_BYTES));
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  /**
   * Fills `block` with the block at `index`, no smaller than the one before; what lies beyond the disk's end becomes zeros.
   *
   * @throws when the file ends before its size (it was changed meanwhile), or cannot be read
   */
  async read(index: number, block: Buffer): Promise<void> {
    const start = index * BLOCK_BYTES;
    const wanted = Math.min(BLOCK_BYTES, this.sizeBytes - start);
    const data = await this.#file.read(block, start);
    if (data.length < wanted) throw new Error(this.#shortened(start + data.length));
    // Those of a hole are in another buffer.
    data.copy(block);
    block.fill(0, wanted);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #shortened(offset: number): string {
    return `${this.path}: expected ${this.sizeBytes} bytes, got an end at ${offset}; do not change a disk while it is published`;
  }
}
