import { EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { hash } from "node:crypto";
import pLimit from "p-limit";
import { BLOCK_BYTES } from "../blocks/blocks.ts";
import { withRetry } from "./retry.ts";
import type { RetryOptions } from "./retry.ts";

export interface ReadOptions {
  /**
   * Snapshots to read, a parent before its child. On AWS the child alone is enough, since it lists its parent's blocks as
   * its own, and reading both gives the same; moto's child lists only what was sent to it.
   */
  chain: readonly string[];
  region: string;
  endpoint?: string | undefined;
  /** Blocks that are read at a time. Default: 32. */
  concurrency?: number;
  retry?: RetryOptions;
}

/** Most blocks of one answer (API_ListSnapshotBlocks, MaxResults). */
const PAGE_BLOCKS = 10_000;

/**
 * Reads a snapshot back block by block, each checked against the checksum that comes with it.
 *
 * @param take called for every block that exists, in no order between blocks; a later snapshot of the chain overrides an
 *   earlier one, of which only the blocks that remain are read. What is never passed was never written: zeros in an
 *   unencrypted snapshot.
 * @returns number of blocks
 * @throws when a block's data does not match its checksum
 */
export async function readSnapshot(
  options: ReadOptions,
  take: (index: number, block: Buffer) => Promise<void>,
): Promise<number> {
  const { region, endpoint, concurrency = 32, retry = {} } = options;
  const client = new EBSClient({ region, ...(endpoint === undefined ? {} : { endpoint }), maxAttempts: 1 });
  try {
    const sources = new Map<number, { snapshotId: string; token: string }>();
    for (const snapshotId of options.chain) {
      for await (const { index, token } of listBlocks(client, snapshotId, retry))
        sources.set(index, { snapshotId, token });
    }
    const limit = pLimit(concurrency);
    const reads = [...sources].map(([index, { snapshotId, token }]) =>
      limit(async () => take(index, await readBlock(client, { snapshotId, index, token }, retry))),
    );
    await Promise.all(reads);
    return sources.size;
  } finally {
    client.destroy();
  }
}

async function* listBlocks(
  client: EBSClient,
  snapshotId: string,
  retry: RetryOptions,
): AsyncGenerator<{ index: number; token: string }> {
  let NextToken: string | undefined;
  do {
    const input = { SnapshotId: snapshotId, MaxResults: PAGE_BLOCKS, ...(NextToken ? { NextToken } : {}) };
    const page = await withRetry(
      (abortSignal) => client.send(new ListSnapshotBlocksCommand(input), { abortSignal }),
      retry,
    );
    for (const { BlockIndex, BlockToken } of page.Blocks ?? []) {
      if (BlockIndex !== undefined && BlockToken !== undefined)
        yield { index: BlockIndex, token: BlockToken };
    }
    NextToken = page.NextToken;
  } while (NextToken);
}

async function readBlock(
  client: EBSClient,
  { snapshotId, index, token }: { snapshotId: string; index: number; token: string },
  retry: RetryOptions,
): Promise<Buffer> {
  const input = { SnapshotId: snapshotId, BlockIndex: index, BlockToken: token };
  return withRetry(async (abortSignal) => {
    const answer = await client.send(new GetSnapshotBlockCommand(input), { abortSignal });
    const block = Buffer.from((await answer.BlockData?.transformToByteArray()) ?? []);
    const checksum = hash("sha256", block, "base64");
    if (block.length !== BLOCK_BYTES || checksum !== answer.Checksum) {
      throw new Error(
        `${snapshotId} block ${index}: expected checksum ${String(answer.Checksum)}, got ${checksum}; read it again`,
      );
    }
    return block;
  }, retry);
}
