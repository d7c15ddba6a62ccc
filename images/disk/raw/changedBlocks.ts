import { createHash } from "node:crypto";
import { SparseFile } from "./sparseFile.ts";

/** The unit of the EBS direct APIs. */
export const ebsBlockBytes = 512 * 1024;

/** Blocks read at a time: 4 MiB keep the disk busy and memory small. */
const blocksAtOnce = 8;

/** SHA-256 of the whole disk, `sha256:…`: what snapshots and machine images are known by. */
export async function diskDigest(disk: string): Promise<string> {
  const hash = createHash("sha256");
  await eachChunk([disk], ebsBlockBytes * blocksAtOnce, ([chunk]) => void hash.update(chunk ?? ""));
  return `sha256:${hash.digest("hex")}`;
}

/**
 * Indexes of the blocks that differ from the parent's, ascending; blocks beyond the parent's end differ from zeros.
 * @param parentDisk the disk that the child was made from; undefined: every block that is not zero.
 */
export async function changedBlocks(
  parentDisk: string | undefined,
  childDisk: string,
  blockBytes = ebsBlockBytes,
): Promise<number[]> {
  const changed: number[] = [];
  const zeros = Buffer.alloc(blockBytes * blocksAtOnce);
  let index = 0;
  await eachChunk(
    [childDisk, ...(parentDisk === undefined ? [] : [parentDisk])],
    zeros.length,
    ([child, parent]) => {
      if (!child) return;
      const before = padded(parent, child.length, zeros);
      for (let at = 0; at < child.length; at += blockBytes, index += 1)
        if (
          !child
            .subarray(at, at + blockBytes)
            .equals(before.subarray(at, Math.min(at + blockBytes, child.length)))
        )
          changed.push(index);
    },
  );
  return changed;
}

function padded(parent: Buffer | undefined, length: number, zeros: Buffer): Buffer {
  if (!parent || parent.length === 0) return zeros;
  return parent.length >= length ? parent : Buffer.concat([parent, zeros], length);
}

/** Reads files side by side, from the beginning to the end of the first; chunks are valid until the next call only. */
async function eachChunk(
  files: string[],
  chunkBytes: number,
  use: (chunks: Buffer[]) => void,
): Promise<void> {
  const opened: SparseFile[] = [];
  try {
    for (const file of files) opened.push(await SparseFile.open(file, chunkBytes));
    const buffers = files.map(() => Buffer.alloc(chunkBytes));
    for (let offset = 0; ; offset += chunkBytes) {
      const chunks = await Promise.all(
        opened.map((file, index) => file.read(buffers[index] ?? Buffer.alloc(0), offset)),
      );
      if (!chunks[0]?.length) return;
      use(chunks);
    }
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}
