import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { findPublished } from "./upload/publishDisk.ts";
import { publishChain } from "./upload/publishChain.ts";
import type { ChainDisk } from "./upload/publishChain.ts";
import type { Published } from "./upload/publishOptions.ts";
import type { Progress } from "./blocks/progress.ts";
import { readRequest } from "../../work/request.ts";
import { builtSchema } from "./request.ts";
import type { PublishRequest } from "./request.ts";
import type { RetryOptions } from "./snapshot/retry.ts";
import { SnapshotService } from "./snapshot/snapshotService.ts";
import { tagKeys } from "./snapshot/snapshotTags.ts";

/** What main.ts prints. */
export interface Result extends Published {
  /** Midnight (UTC) of the day of this run: what the age of the AMI is counted from. */
  publishedAt: string;
  /** Some hexadecimal digits that are this run's alone: AMIs of one snapshot have different names by it. */
  registration: string;
}

export interface PublishRunOptions {
  say: (text: string) => void;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  retry?: RetryOptions;
}

/** The boot test refused the disk. */
export class BootTestFailed extends Error {}

/**
 * Builds, boot-tests and publishes one machine image; each step only when the one before did not make it unnecessary.
 *
 * 1. A snapshot with the request's input digest: it is noted as ours, and nothing else happens.
 * 2. The disks are built. A snapshot with the last one's digest: it was boot-tested before, and is reused.
 * 3. The last disk boots, then the chain is published.
 *
 * @throws BootTestFailed, before anything is published
 */
export async function runRequest(request: PublishRequest, run: PublishRunOptions): Promise<Result> {
  const publishedAt = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
  const published = await findOrPublish(request, run);
  return { ...published, publishedAt, registration: randomBytes(3).toString("hex") };
}

async function findOrPublish(request: PublishRequest, run: PublishRunOptions): Promise<Published> {
  const where = placeOf(request, run);
  const { inputDigest, tags, concurrency, stateFolder } = request;
  const found = inputDigest === undefined ? undefined : await findPublished({ ...where, inputDigest });
  if (found) return found;
  if (request.builtInCloud) return builtInCloud(request, run);
  const disks = request.disks ?? (await build(request, run));
  const last = disks.at(-1);
  const same = last && (await findPublished({ ...where, diskDigest: last.diskDigest }));
  if (same) return same;
  if (last && request.bootTest) await bootTest(request.bootTest, last, run);
  const { onProgress, say: onEvent } = run;
  return publishChain(disks, { ...where, inputDigest, tags, concurrency, stateFolder, onProgress, onEvent });
}

/**
 * Deletes the snapshots of a request, in every state; AWS keeps the blocks that a child of theirs needs. One that another
 * stack's AMI uses stays.
 *
 * @returns the ids of those that were deleted
 */
export async function deleteRequest(request: PublishRequest, run: PublishRunOptions): Promise<string[]> {
  const { inputDigest, region, endpoint } = request;
  if (inputDigest === undefined)
    throw new Error("inputDigest: expected the digest of what to delete, got none; set it");
  const service = new SnapshotService({ region, endpoint, retry: { ...run.retry, signal: run.signal } });
  try {
    const found = await service.findByTag(tagKeys.inputDigest, inputDigest);
    const deleted: string[] = [];
    for (const { snapshotId } of found) {
      if (await service.deleteUnused(snapshotId)) deleted.push(snapshotId);
      else run.say(`${snapshotId} is used by another AMI: it stays`);
    }
    return deleted;
  } finally {
    service.close();
  }
}

type Place = Pick<PublishRequest, "region" | "endpoint" | "encrypted" | "kmsKeyArn"> &
  Pick<PublishRunOptions, "signal" | "retry">;

function placeOf(
  { region, endpoint, encrypted, kmsKeyArn }: PublishRequest,
  { signal, retry }: PublishRunOptions,
): Place {
  return { region, endpoint, encrypted, kmsKeyArn, ...(signal && { signal }), ...(retry && { retry }) };
}

/** Has instances build and publish the image, and finds it. */
async function builtInCloud(request: PublishRequest, run: PublishRunOptions): Promise<Published> {
  const { inputDigest, name } = request;
  if (inputDigest === undefined)
    throw new Error("inputDigest: expected the digest of what is built in the cloud, got none; set it");
  run.say(`building ${name} in the cloud`);
  await runBuild(request, run);
  const made = await findPublished({ ...placeOf(request, run), inputDigest });
  if (made) return made;
  throw new Error(
    `${name}: expected a snapshot with the input digest ${inputDigest} after its build, got none`,
  );
}

async function build(request: PublishRequest, run: PublishRunOptions): Promise<ChainDisk[]> {
  run.say(`building the disks of ${request.name}`);
  const stdout = await runBuild(request, run);
  return readRequest(builtSchema, stdout.trim().split("\n").at(-1) ?? "").disks;
}

/** @returns what the build printed. */
async function runBuild({ build: command }: PublishRequest, { signal }: PublishRunOptions): Promise<string> {
  const [program, ...rest] = command ?? [];
  if (program === undefined) throw new Error("build: expected a command, got none; set build or disks");
  const { stdout, exitCode, failed } = await execa(program, rest, {
    stderr: "inherit",
    stdin: "ignore",
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (!failed) return stdout;
  throw new Error(
    `build: expected exit code 0, got ${String(exitCode)}; nothing was published, see the log above`,
  );
}

async function bootTest(
  [program = "", ...rest]: string[],
  { disk }: ChainDisk,
  { say, signal }: PublishRunOptions,
): Promise<void> {
  say(`booting ${disk}`);
  const options = { stdio: ["ignore", process.stderr, "inherit"] as const, reject: false };
  const { exitCode } = await execa(program, [...rest, disk], {
    ...options,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (exitCode !== 0) {
    throw new BootTestFailed(
      `bootTest: expected exit code 0, got ${String(exitCode)}; nothing was published, see the log above`,
    );
  }
}
