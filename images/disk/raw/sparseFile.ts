import { open, type FileHandle } from "node:fs/promises";
import { dataExtents, type DataExtent } from "./qemuImg.ts";

/** Where a file has data, asked from its beginning to its end. */
class DataMap {
  readonly #extents: DataExtent[];

  private constructor(extents: DataExtent[]) {
    this.#extents = extents;
  }

  static async of(file: string): Promise<DataMap> {
    return new DataMap(await dataExtents(file));
  }

  /** Whether there is data between two offsets; the first is no smaller than the one before. */
  has(start: number, end: number): boolean {
    while ((this.#extents[0]?.end ?? Infinity) <= start) this.#extents.shift();
    return (this.#extents[0]?.start ?? Infinity) < end;
  }
}

/** A file that is read from its beginning to its end. Its holes, most of a disk, are not read: they are zeros. */
export class SparseFile {
  readonly #handle: FileHandle;
  /** Bytes when it was opened. */
  readonly size: number;
  readonly #data: DataMap;
  readonly #zeros: Buffer;

  private constructor(handle: FileHandle, size: number, data: DataMap, chunkBytes: number) {
    this.#handle = handle;
    this.size = size;
    this.#data = data;
    this.#zeros = Buffer.alloc(chunkBytes);
  }

  /** @param chunkBytes the most that is read at a time. */
  static async open(file: string, chunkBytes: number): Promise<SparseFile> {
    const data = await DataMap.of(file);
    const handle = await open(file, "r");
    try {
      return new SparseFile(handle, (await handle.stat()).size, data, chunkBytes);
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
    const length = Math.max(0, Math.min(buffer.length, this.size - offset));
    if (!this.#data.has(offset, offset + length)) return this.#zeros.subarray(0, length);
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
