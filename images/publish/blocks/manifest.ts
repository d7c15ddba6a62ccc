import { createHash } from "node:crypto";
import { access, open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { blockCount, blockDigest, BLOCK_BYTES, DIGEST_BYTES, isZero } from "./blocks.ts";
import { Disk } from "./diskBlocks.ts";
import { DigestTable } from "./digestTable.ts";

/** Records that are written at a time: 64 KiB. */
const WINDOW_RECORDS = 2048;

/** Path of the block manifest of the disk with this digest ("sha256:…"). */
export function manifestPath(folder: string, diskDigest: string): string {
  return join(folder, `${diskDigest.replace("sha256:", "")}.blocks`);
}

/**
 * Writes a disk's block manifest: the SHA-256 of each block in order, zeros for a zero block, and at the end the SHA-256
 * of all that. The file gets its name only when it is whole and on the disk, so a kill or a power cut leaves none.
 */
export class ManifestWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #window = Buffer.alloc(WINDOW_RECORDS * DIGEST_BYTES);
  #filled = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<ManifestWriter> {
    return new ManifestWriter(path, await open(`${path}.partial`, "w"));
  }

  /** Adds the next block's digest; undefined: the block is zero. */
  async add(digest: Buffer | undefined): Promise<void> {
    digest?.copy(this.#window, this.#filled);
    this.#filled += DIGEST_BYTES;
    if (this.#filled === this.#window.length) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#file.writeFile(this.#hash.digest());
    await this.#file.sync();
    await this.#file.close();
    await rename(`${this.#path}.partial`, this.#path);
  }

  /** Gives up: what is written is never taken for a manifest. */
  async discard(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const records = this.#window.subarray(0, this.#filled);
    this.#hash.update(records);
    await this.#file.writeFile(records);
    this.#window = Buffer.alloc(this.#window.length);
    this.#filled = 0;
  }
}

/** The blocks of a disk that may not be there any more, from its manifest. */
export interface BlockManifest {
  /** Number of the disk's blocks. */
  blocks: number;
  /** Digest of a block, "zero", or undefined beyond the disk's end. */
  get(index: number): Promise<Buffer | "zero" | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a manifest, after checking all of it against its own digest: a damaged one would silently leave blocks out.
 *
 * @throws `path: expected …, got …; fix` when it is damaged
 */
export async function openManifest(path: string): Promise<BlockManifest> {
  const blocks = await checkedBlocks(path);
  const table = await DigestTable.open(path, "r");
  return {
    blocks,
    get: async (index) => (index < blocks ? ((await table.get(index)) ?? "zero") : undefined),
    close: () => table.close(),
  };
}

/** Makes the manifest of a disk unless it is there: one pass over its data (about 1 s for 1 GiB), and none over its holes. */
export async function ensureManifest(path: string, diskPath: string): Promise<void> {
  if (await exists(path)) return;
  const disk = await Disk.open(diskPath);
  const writer = await ManifestWriter.create(path);
  const block = Buffer.alloc(BLOCK_BYTES);
  try {
    for (let index = 0; index < blockCount(disk.sizeBytes); index += 1) {
      await disk.read(index, block);
      await writer.add(isZero(block) ? undefined : blockDigest(block));
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await disk.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function checkedBlocks(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256");
    const stream = file.createReadStream({ end: Math.max(0, size - DIGEST_BYTES - 1), autoClose: false });
    for await (const part of stream) hash.update(part as Buffer);
    const { buffer } = await file.read(
      Buffer.alloc(DIGEST_BYTES),
      0,
      DIGEST_BYTES,
      Math.max(0, size - DIGEST_BYTES),
    );
    if (size % DIGEST_BYTES !== 0 || size <= DIGEST_BYTES || !hash.digest().equals(buffer)) {
      throw new Error(
        `${path}: expected a whole block manifest, got a damaged one; delete it, it is made again from the disk`,
      );
    }
    return size / DIGEST_BYTES - 1;
  } finally {
    await file.close();
  }
}
