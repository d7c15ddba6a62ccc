/** What is done with one block of the disk. */
export type BlockAction =
  /** Sent to the snapshot. */
  | "write"
  /** Left out: the parent snapshot has the very same data at this index. */
  | "unchanged"
  /** Left out: all zeros, and an unencrypted snapshot reads a missing block as zeros. */
  | "zero";

export interface BlockFacts {
  zero: boolean;
  /** Raw SHA-256 of the block; undefined for a zero block. */
  digest: Buffer | undefined;
  /** The parent's record at this index: a digest, "zero", or undefined (no parent, or the parent's disk ends before). */
  parent: Buffer | "zero" | undefined;
  /** Whether the snapshot is encrypted, asked for or by the account's default. */
  encrypted: boolean;
}

/**
 * Decides what happens to one block.
 *
 * - A block that is zero now, but not in the parent, is written: left out, the parent's data would show through.
 * - In an encrypted snapshot a block that was never written reads as garbage (coldsnap issue 395), so zero blocks are
 *   written too, unless the parent (encrypted as well, and published under this same rule) holds them already.
 */
export function blockAction({ zero, digest, parent, encrypted }: BlockFacts): BlockAction {
  if (parent !== undefined && parent !== "zero") {
    return digest?.equals(parent) === true ? "unchanged" : "write";
  }
  if (!zero) return "write";
  if (!encrypted) return "zero";
  return parent === "zero" ? "unchanged" : "write";
}
