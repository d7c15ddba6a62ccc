import { blockCount, blockDigest, BLOCK_BYTES, isZero, LinearChecksum } from "../blocks/blocks.ts";
import { BlockBuffers } from "../blocks/blockBuffers.ts";
import { blockAction } from "../blocks/blockPlan.ts";
import type { Disk } from "../blocks/diskBlocks.ts";
import type { DigestTable } from "../blocks/digestTable.ts";
import { failureKind } from "../snapshot/failure.ts";
import type { BlockManifest, ManifestWriter } from "../blocks/manifest.ts";
import { newProgress } from "../blocks/progress.ts";
import type { Progress } from "../blocks/progress.ts";
import type { SnapshotService } from "../snapshot/snapshotService.ts";

export interface Upload {
  service: SnapshotService;
  snapshotId: string;
  disk: Disk;
  /** Blocks of the parent's disk; undefined without a parent. */
  parent: BlockManifest | undefined;
  encrypted: boolean;
  /** Blocks that were acknowledged; those with the same digest are not sent again. */
  journal: DigestTable;
  /** Takes this disk's manifest. */
  manifest: ManifestWriter;
  /** Requests under way at most. */
  concurrency: number;
  signal: AbortSignal | undefined;
  onProgress: ((progress: Progress) => void) | undefined;
}

export interface Uploaded {
  progress: Progress;
  /** Base64, LINEAR aggregate of the blocks that make up the snapshot. */
  checksum: string;
}

const ZERO_DIGEST = blockDigest(Buffer.alloc(BLOCK_BYTES));

/**
 * Reads the disk once, from its first block to its last, and sends what the snapshot needs.
 *
 * Memory: `concurrency` buffers of 512 KiB and two windows of 64 KiB, whatever the disk's size. The first error stops
 * the reading and the requests under way, and is thrown when they have ended.
 */
export async function uploadBlocks(upload: Upload): Promise<Uploaded> {
  const failed = new AbortController();
  const signal = upload.signal ? AbortSignal.any([upload.signal, failed.signal]) : failed.signal;
  const run = new Run({ ...upload, signal }, (error) => {
    failed.abort(error);
  });
  try {
    await run.readAll(signal);
  } catch (error) {
    failed.abort(error);
  }
  await run.ended();
  signal.throwIfAborted();
  return { progress: run.progress, checksum: run.checksum.base64() };
}

class Run {
  readonly progress: Progress;
  readonly checksum = new LinearChecksum();
  readonly #upload: Upload;
  readonly #buffers: BlockBuffers;
  readonly #fail: (error: unknown) => void;
  readonly #sending = new Set<Promise<void>>();

  constructor(upload: Upload, fail: (error: unknown) => void) {
    this.#upload = upload;
    this.#fail = fail;
    this.#buffers = new BlockBuffers(upload.concurrency);
    this.progress = newProgress(blockCount(upload.disk.sizeBytes));
  }

  async readAll(signal: AbortSignal): Promise<void> {
    for (let index = 0; index < this.progress.blocksTotal; index += 1) {
      const block = await this.#buffers.take();
      signal.throwIfAborted();
      await this.#upload.disk.read(index, block);
      await this.#plan(index, block);
      this.#upload.onProgress?.(this.progress);
    }
  }

  async ended(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #plan(index: number, block: Buffer): Promise<void> {
    const { parent, encrypted, journal, manifest } = this.#upload;
    const zero = isZero(block);
    const digest = zero ? undefined : blockDigest(block);
    const action = blockAction({ zero, digest, parent: await parent?.get(index), encrypted });
    await manifest.add(digest);
    this.progress.blocksRead += 1;
    if (action !== "write") {
      this.progress[action] += 1;
      this.#buffers.give(block);
      return;
    }
    const written = digest ?? ZERO_DIGEST;
    this.checksum.add(index, written);
    if ((await journal.get(index))?.equals(written) === true) this.#acknowledge(block, true);
    else this.#send(index, block, written);
  }

  #send(index: number, block: Buffer, digest: Buffer): void {
    const sending = this.#put(index, block, digest)
      .catch(this.#fail)
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #put(index: number, block: Buffer, digest: Buffer): Promise<void> {
    const { service, snapshotId, journal, signal } = this.#upload;
    const onRetry = (error: unknown): void => {
      this.progress.retries += 1;
      if (failureKind(error) === "transient") this.#buffers.slowDown();
    };
    try {
      await service.put(snapshotId, index, block, digest, { signal, onRetry });
      await journal.set(index, digest);
      this.#buffers.speedUp();
      this.progress.written += 1;
      this.#upload.onProgress?.(this.progress);
    } finally {
      this.#buffers.give(block);
    }
  }

  #acknowledge(block: Buffer, resumed: boolean): void {
    this.progress.written += 1;
    if (resumed) this.progress.resumed += 1;
    this.#buffers.give(block);
  }
}
