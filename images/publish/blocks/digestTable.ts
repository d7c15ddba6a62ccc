import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { DIGEST_BYTES } from "./blocks.ts";

/** Records that are read from the file at a time: 64 KiB. */
const WINDOW_RECORDS = 2048;

const NONE = Buffer.alloc(DIGEST_BYTES);

/**
 * A file of one raw SHA-256 per block, at the block's index; 32 zero bytes mean "no record".
 *
 * Used as the block manifest of a disk (no record: the block is zero) and as the journal of an upload (no record: not
 * acknowledged). Kept in a file rather than in memory, so that memory does not grow with the disk: a 16 TiB disk has a
 * table of 1 GiB, sparse where the disk is. Reads go through a window, made for ascending indexes.
 */
export class DigestTable {
  readonly #file: FileHandle;
  /** Indexes below this one and from #windowStart on are in the window. */
  #windowEnd = 0;
  #windowStart = 0;
  #window = Buffer.alloc(0);

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param flags as of fs.open: "r" reads, "r+" goes on with an existing file, "w+" starts with an empty one */
  static async open(path: string, flags: "r" | "r+" | "w+"): Promise<DigestTable> {
    return new DigestTable(await open(path, flags));
  }

  /** The digest recorded at `index`, or undefined. The buffer is a copy. */
  async get(index: number): Promise<Buffer | undefined> {
    if (index < this.#windowStart || index >= this.#windowEnd) await this.#readWindow(index);
    const offset = (index - this.#windowStart) * DIGEST_BYTES;
    const record = this.#window.subarray(offset, offset + DIGEST_BYTES);
    return record.length < DIGEST_BYTES || record.equals(NONE) ? undefined : Buffer.from(record);
  }

  /** Records a digest. One positioned write of 32 bytes: a killed process leaves the whole record or none. */
  async set(index: number, digest: Buffer): Promise<void> {
    await this.#file.write(digest, 0, DIGEST_BYTES, index * DIGEST_BYTES);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #readWindow(index: number): Promise<void> {
    const window = Buffer.alloc(WINDOW_RECORDS * DIGEST_BYTES);
    const { bytesRead } = await this.#file.read(window, 0, window.length, index * DIGEST_BYTES);
    this.#window = window.subarray(0, bytesRead);
    this.#windowStart = index;
    this.#windowEnd = index + WINDOW_RECORDS;
  }
}
