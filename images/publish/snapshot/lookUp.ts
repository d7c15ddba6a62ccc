import type { SnapshotFacts } from "./snapshotService.ts";
import { tagKeys } from "./snapshotTags.ts";

/** What is already in the account for one disk. */
export interface Present {
  /** A finished snapshot of this disk with this encryption: nothing needs to be uploaded. */
  reusable: SnapshotFacts | undefined;
  /** A pending one of an earlier run with the same parent: its upload goes on. */
  resumable: SnapshotFacts | undefined;
  /** Left-overs of earlier runs, pending or failed: deleted. */
  abandoned: SnapshotFacts[];
}

/**
 * Sorts the snapshots that carry a disk's digest.
 *
 * Only snapshots with the upload tag are ever resumed or deleted: a pending copy (CopySnapshot keeps other tags where
 * it is told to) cannot be written to, and is somebody else's. Of several finished ones the oldest is taken, so that every
 * run takes the same.
 *
 * @param found snapshots with the disk's digest tag, oldest first
 */
export function present(
  found: readonly SnapshotFacts[],
  wanted: { encryption: string; parentDigest: string | undefined },
): Present {
  const same = found.filter(({ tags }) => tags[tagKeys.encryption] === wanted.encryption);
  const reusable = same.find(({ state }) => state === "completed");
  const unfinished = same.filter(
    ({ state, tags }) => state !== "completed" && tags[tagKeys.upload] !== undefined,
  );
  const resumable = reusable
    ? undefined
    : unfinished.find(
        ({ state, tags }) => state === "pending" && tags[tagKeys.parentDigest] === wanted.parentDigest,
      );
  return { reusable, resumable, abandoned: unfinished.filter((snapshot) => snapshot !== resumable) };
}
