import type { Progress } from "../blocks/progress.ts";
import { MAX_VOLUME_GIB, volumeGiB } from "../blocks/blocks.ts";
import type { RetryOptions } from "../snapshot/retry.ts";
import { tagProblems } from "../snapshot/snapshotTags.ts";

/** The snapshot that a layer's snapshot stands on. */
export interface ParentSnapshot {
  snapshotId: string;
  /** Digest of the parent's raw disk, "sha256:…"; must be the one that the snapshot is tagged with. */
  diskDigest: string;
  /** Path of the parent's raw disk. Only needed where its block manifest is not in the state folder. */
  disk?: string;
}

export interface PublishOptions {
  /** Path of the raw disk. Must not change meanwhile. */
  disk: string;
  /** SHA-256 of the raw disk, "sha256:…": what the snapshot is known by. Not computed again here. */
  diskDigest: string;
  /** Default: none, every block that is not zero is sent. */
  parent?: ParentSnapshot | undefined;
  /** Digest of what the disk was made from: a tag by which the snapshot is found before the disk is built. */
  inputDigest?: string | undefined;
  /** Default: false, or what the account's encryption by default makes of it. With a parent: as the parent. */
  encrypted?: boolean | undefined;
  /** ARN of a KMS key; only with `encrypted`. Default: the account's default key. */
  kmsKeyArn?: string | undefined;
  region: string;
  /** Base address instead of AWS's own. */
  endpoint?: string | undefined;
  /** Tags of the snapshot besides those by which it is found. Default: none. */
  tags?: Readonly<Record<string, string>> | undefined;
  /** Requests under way at most; each takes 512 KiB of memory. Default: 64. */
  concurrency?: number | undefined;
  /** Folder of manifests and interrupted uploads. Default: `publish` in the project's cache folder. */
  stateFolder?: string | undefined;
  /** Longest wait for the finished upload to become `completed`, in seconds. Default: 3600. */
  completionSeconds?: number | undefined;
  retry?: RetryOptions | undefined;
  /** Called after each block; the object is always the same one. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Told in a sentence of what is found, resumed, deleted. */
  onEvent?: ((text: string) => void) | undefined;
  /** Stops the upload; the pending snapshot is deleted. */
  signal?: AbortSignal | undefined;
}

/** Requests under way at most: AWS reckons 100 ms for one (ebsapi-performance), so 64 make about 320 MB/s. */
export const DEFAULT_CONCURRENCY = 64;

export interface Published {
  snapshotId: string;
  diskDigest: string;
  /** Blocks of 512 KiB that the upload sent, those of an interrupted run included; 0 when reused. */
  written: number;
  /** Blocks that were left out: zero, or the same as in the parent. */
  skipped: number;
  /** Whether a finished snapshot of this disk was found, so that nothing was sent. */
  reused: boolean;
  /** When the snapshot was started: ISO 8601, UTC. The same however often it is reused. */
  startedAt: string;
  encrypted: boolean;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/u;
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)\/\S+$/u;
const MAX_CONCURRENCY = 256;

/** Whether it holds, and what is said where it does not: path, expected, got, fix. */
type Rule = readonly [holds: boolean, path: string, expected: string, got: unknown, fix: string];

/**
 * Every problem of the options, as `path: expected …, got …; fix`.
 *
 * @param sizeBytes size of the disk
 */
export function publishProblems(options: PublishOptions, sizeBytes: number): string[] {
  const rules = [...diskRules(options, sizeBytes), ...keyRules(options), ...parentRules(options)];
  const broken = rules.filter(([holds]) => !holds);
  return [
    ...broken.map(
      ([, path, expected, got, fix]) => `${path}: expected ${expected}, got ${String(got)}; ${fix}`,
    ),
    ...tagProblems(options.tags ?? {}),
  ];
}

function diskRules({ diskDigest, disk, region, concurrency }: PublishOptions, sizeBytes: number): Rule[] {
  const inFlight = concurrency ?? DEFAULT_CONCURRENCY;
  const whole = Number.isInteger(inFlight) && inFlight >= 1 && inFlight <= MAX_CONCURRENCY;
  const small = volumeGiB(sizeBytes) <= MAX_VOLUME_GIB;
  const digest = "sha256: and 64 hexadecimal digits";
  const range = `a whole number from 1 to ${MAX_CONCURRENCY}`;
  return [
    [DIGEST.test(diskDigest), "diskDigest", digest, diskDigest, "give the raw disk's SHA-256"],
    [sizeBytes > 0, "disk", "a disk with data", `${disk} of 0 bytes`, "build the disk again"],
    [small, "disk", `at most ${MAX_VOLUME_GIB} GiB`, sizeBytes, "make it smaller"],
    [region !== "", "region", "an AWS region", "nothing", "set it"],
    [whole, "concurrency", range, inFlight, "64 suits most lines"],
  ];
}

function keyRules({ encrypted, kmsKeyArn }: PublishOptions): Rule[] {
  if (kmsKeyArn === undefined) return [];
  const beside = "set encrypted, or remove the key";
  const form = "give arn:aws:kms:REGION:ACCOUNT:key/ID";
  return [
    [encrypted === true, "kmsKeyArn", "encrypted: true beside it", encrypted, beside],
    [KEY_ARN.test(kmsKeyArn), "kmsKeyArn", "the ARN of a KMS key", kmsKeyArn, form],
  ];
}

function parentRules({ parent, diskDigest }: PublishOptions): Rule[] {
  if (!parent) return [];
  const { snapshotId, diskDigest: below } = parent;
  const known = /^snap-[0-9a-f]+$/u.test(snapshotId);
  return [
    [known, "parent.snapshotId", "snap-…", snapshotId, "publish the parent first"],
    [DIGEST.test(below), "parent.diskDigest", "sha256:…", below, "give its SHA-256"],
    [below !== diskDigest, "parent.diskDigest", "another disk", "the disk itself", "remove the parent"],
  ];
}
