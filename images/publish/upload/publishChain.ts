import { findPublished, publishDisk } from "./publishDisk.ts";
import type { ParentSnapshot, Published, PublishOptions } from "./publishOptions.ts";

/** One disk of a chain: the base, or a layer on the disk before it. */
export interface ChainDisk {
  /** Path of the raw disk. */
  disk: string;
  /** SHA-256 of the raw disk, "sha256:…". */
  diskDigest: string;
}

/** What all disks of a chain have in common; `inputDigest` is the last one's. */
export type ChainOptions = Omit<PublishOptions, "disk" | "diskDigest" | "parent">;

/**
 * Publishes the disks of one image, base first: the base's snapshot is whole, each further one holds the blocks that its
 * layer changed. A chain whose last disk is already published costs one look-up.
 *
 * @returns the last disk's snapshot, with the blocks written and skipped by all disks together
 */
export async function publishChain(disks: readonly ChainDisk[], options: ChainOptions): Promise<Published> {
  const last = disks.at(-1);
  if (!last) throw new Error("layers: expected at least one disk, got none; give the base's");
  let published = await findPublished({ ...options, ...last });
  if (published) return published;
  let parent: ParentSnapshot | undefined;
  const sent = { written: 0, skipped: 0 };
  for (const disk of disks) {
    const inputDigest = disk === last ? options.inputDigest : undefined;
    published = await publishDisk({ ...options, ...disk, parent, inputDigest });
    parent = { ...disk, snapshotId: published.snapshotId };
    sent.written += published.written;
    sent.skipped += published.skipped;
  }
  if (!published) throw new Error("layers: expected a snapshot, got none; report this");
  return { ...published, ...sent };
}
