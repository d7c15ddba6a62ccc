import { encryptionLabel } from "../snapshot/identity.ts";
import { ensureManifest, exists, manifestPath, openManifest } from "../blocks/manifest.ts";
import type { BlockManifest } from "../blocks/manifest.ts";
import type { ParentSnapshot, PublishOptions } from "./publishOptions.ts";
import type { SnapshotFacts, SnapshotService } from "../snapshot/snapshotService.ts";
import { tagKeys } from "../snapshot/snapshotTags.ts";

/**
 * Makes sure that the parent's snapshot is there, finished, holds the disk that it is said to hold, and is encrypted as
 * its child is to be: a child takes its parent's encryption and key (ebsapis-using-encryption).
 *
 * @throws with every problem
 */
export async function checkParent(
  service: SnapshotService,
  parent: ParentSnapshot,
  options: PublishOptions,
): Promise<void> {
  const snapshot = await service.find(parent.snapshotId);
  const problems = parentProblems(snapshot, parent, options);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

export function parentProblems(
  snapshot: SnapshotFacts | undefined,
  parent: ParentSnapshot,
  { encrypted = false, kmsKeyArn, region }: Pick<PublishOptions, "encrypted" | "kmsKeyArn" | "region">,
): string[] {
  const where = `parent.snapshotId: expected`;
  if (!snapshot)
    return [`${where} a snapshot in ${region}, got no ${parent.snapshotId}; publish the parent's disk first`];
  const problems: string[] = [];
  if (snapshot.state !== "completed") {
    problems.push(
      `${where} a completed snapshot, got ${snapshot.state}; wait for it, or publish the parent's disk again`,
    );
  }
  const digest = snapshot.tags[tagKeys.diskDigest];
  if (digest !== parent.diskDigest) {
    problems.push(
      `${where} the tag ${tagKeys.diskDigest}=${parent.diskDigest}, got ${String(digest)}; publish that disk first`,
    );
  }
  const wanted = encryptionLabel(encrypted, kmsKeyArn);
  const label = snapshot.tags[tagKeys.encryption] ?? "none";
  if (label !== wanted) {
    problems.push(
      `${where} encryption ${wanted}, got ${label}; publish the parent's disk with the same encryption first`,
    );
  }
  return problems;
}

/**
 * The parent's block manifest: from the state folder, else made from the parent's disk.
 *
 * @throws when there is neither
 */
export async function parentManifest(folder: string, parent: ParentSnapshot): Promise<BlockManifest> {
  const path = manifestPath(folder, parent.diskDigest);
  if (!(await exists(path))) {
    if (parent.disk === undefined) {
      throw new Error(
        `parent.disk: expected the parent's disk, or its manifest at ${path}, got neither; give the disk's path (a rebuilt disk is the same)`,
      );
    }
    await ensureManifest(path, parent.disk);
  }
  return openManifest(path);
}
