import { open, type FileHandle } from "node:fs/promises";
import { dataExtents, type DataExtent } from "./format/qemuImg.ts";

/** A file that is read from its beginning to its end. Its holes, most of a disk, are not read: they are zeros. */
export class SparseFile {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #extents: DataExtent[];
  readonly #zeros: Buffer;

  private constructor(handle: FileHandle, size: number, extents: DataExtent[], chunkBytes: number) {
    this.#handle = handle;
    this.#size = size;
    this.#extents = extents;
    this.#zeros = Buffer.alloc(chunkBytes);
  }

  /** @param chunkBytes the most that is read at a time. */
  static async open(file: string, chunkBytes: number): Promise<SparseFile> {
    const extents = await dataExtents(file);
    const handle = await open(file, "r");
    try {
      return new SparseFile(handle, (await handle.stat()).size, extents, chunkBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * The bytes from an offset, no smaller than the one before, until the buffer is full or the file ends.
   * @param buffer may hold what is returned, until it is used again.
   */
  async read(buffer: Buffer, offset: number): Promise<Buffer> {
    const length = Math.max(0, Math.min(buffer.length, this.#size - offset));
    while ((this.#extents[0]?.end ?? Infinity) <= offset) this.#extents.shift();
    if ((this.#extents[0]?.start ?? Infinity) >= offset + length) return this.#zeros.subarray(0, length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) return buffer.subarray(0, done);
      done += bytesRead;
    }
    return buffer.subarray(0, length);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
