import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { owner } from "../../../config/owner.ts";
import { cacheFolder } from "../../../work/cache.ts";
import { withLock } from "../../../work/lock.ts";
import { encryptionLabel, uploadKey } from "../snapshot/identity.ts";
import type { UploadIdentity } from "../snapshot/identity.ts";
import { present } from "../snapshot/lookUp.ts";
import type { Present } from "../snapshot/lookUp.ts";
import { checkParent } from "./parentSnapshot.ts";
import { PendingUpload } from "./pendingUpload.ts";
import { DEFAULT_CONCURRENCY, publishProblems } from "./publishOptions.ts";
import type { Published, PublishOptions } from "./publishOptions.ts";
import { SnapshotService } from "../snapshot/snapshotService.ts";
import type { SnapshotFacts } from "../snapshot/snapshotService.ts";
import { ownerMark, snapshotTags, tagKeys } from "../snapshot/snapshotTags.ts";
import type { Identity } from "../snapshot/snapshotTags.ts";
import { sweepUploads } from "./sweep.ts";

/**
 * Publishes a raw disk as an EBS snapshot, through the EBS direct APIs: only the blocks that differ from the parent's.
 *
 * - A finished snapshot of the same disk and encryption, found by its tags, is reused: one request, and one to note it as ours.
 * - A pending one that a killed run left is gone on with; blocks that were acknowledged are not sent again.
 * - On an error, or when `signal` stops it, the pending snapshot is deleted. With expired credentials that is not
 *   possible: the next run goes on with it.
 *
 * @throws Error `path: expected …, got …; fix`, one line for each problem, before anything is sent; later the SDK's error
 */
export async function publishDisk(options: PublishOptions): Promise<Published> {
  const { size } = await stat(options.disk);
  const problems = publishProblems(options, size);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return withService(options, async (service) => {
    const { reusable } = await lookUp(service, options);
    return reusable ? reused(service, reusable) : uploadOnce(service, options, size);
  });
}

/** What a finished snapshot is looked for by. */
export type Wanted = Pick<
  PublishOptions,
  "encrypted" | "kmsKeyArn" | "region" | "endpoint" | "retry" | "signal"
> &
  ({ diskDigest: string } | { inputDigest: string });

/**
 * The finished snapshot of a disk, or of what the disk is made from; undefined: there is none. One request, and one more where it is
 * somebody else's, to note it as ours too.
 */
export async function findPublished(wanted: Wanted): Promise<Published | undefined> {
  const [key, value] =
    "diskDigest" in wanted
      ? [tagKeys.diskDigest, wanted.diskDigest]
      : [tagKeys.inputDigest, wanted.inputDigest];
  const encryption = encryptionLabel(wanted.encrypted ?? false, wanted.kmsKeyArn);
  return withService(wanted, async (service) => {
    const { reusable } = present(await service.findByTag(key, value), {
      encryption,
      parentDigest: undefined,
    });
    return reusable && reused(service, reusable);
  });
}

async function withService<T>(
  options: Pick<PublishOptions, "region" | "endpoint" | "concurrency" | "retry" | "signal">,
  work: (service: SnapshotService) => Promise<T>,
): Promise<T> {
  const { region, endpoint, concurrency = DEFAULT_CONCURRENCY, signal, retry = {} } = options;
  const service = new SnapshotService({ region, endpoint, concurrency, retry: { ...retry, signal } });
  try {
    return await work(service);
  } finally {
    service.close();
  }
}

/** One upload of a disk at a time on this machine: a second one waits, and finds the first one's snapshot. */
async function uploadOnce(
  service: SnapshotService,
  options: PublishOptions,
  sizeBytes: number,
): Promise<Published> {
  const stateFolder = options.stateFolder ?? cacheFolder("publish");
  await mkdir(join(stateFolder, "manifests"), { recursive: true });
  const identity = uploadIdentity(options);
  const key = uploadKey(identity);
  const say = options.onEvent ?? ((): void => undefined);
  const waiting = (): void => {
    say(`another process publishes ${options.diskDigest}: waiting for it`);
  };
  return withLock(`publish-${key}`, waiting, async () => {
    const { reusable, resumable, abandoned } = await lookUp(service, options);
    if (reusable) return reused(service, reusable);
    if (options.parent) await checkParent(service, options.parent, options);
    await sweepUploads({ service, stateFolder, identity, except: key, say });
    for (const { snapshotId } of abandoned) {
      say(`deleting ${snapshotId}, left by an earlier run`);
      await service.delete(snapshotId);
    }
    const tags = snapshotTags(names(options), options.tags ?? {});
    const pending = new PendingUpload({ service, options, identity, tags, stateFolder, sizeBytes, say });
    const published = await pending.run(resumable, abandoned);
    await service.mark(published.snapshotId, ownerMark(owner()));
    return published;
  });
}

async function lookUp(service: SnapshotService, options: PublishOptions): Promise<Present> {
  return present(await service.findByTag(tagKeys.diskDigest, options.diskDigest), names(options));
}

function names(options: PublishOptions): Identity {
  const { diskDigest, inputDigest, parent, encrypted = false, kmsKeyArn } = options;
  return {
    diskDigest,
    inputDigest,
    parentDigest: parent?.diskDigest,
    encryption: encryptionLabel(encrypted, kmsKeyArn),
  };
}

function uploadIdentity(options: PublishOptions): UploadIdentity {
  const { diskDigest, encryption } = names(options);
  const { region, endpoint, parent } = options;
  return { diskDigest, encryption, region, endpoint, parentSnapshotId: parent?.snapshotId };
}

/** What was found is noted as ours too, so that whoever else made it does not remove it any more. */
async function reused(
  service: SnapshotService,
  { snapshotId, startedAt, encrypted, tags }: SnapshotFacts,
): Promise<Published> {
  const mark = ownerMark(owner());
  if (!(mark in tags)) await service.mark(snapshotId, mark);
  const diskDigest = tags[tagKeys.diskDigest] ?? "";
  return { snapshotId, diskDigest, written: 0, skipped: 0, reused: true, startedAt, encrypted };
}
