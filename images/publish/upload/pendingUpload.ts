import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { blockCount, volumeGiB } from "../blocks/blocks.ts";
import { Disk } from "../blocks/diskBlocks.ts";
import { failureKind } from "../snapshot/failure.ts";
import { clientToken, uploadKey } from "../snapshot/identity.ts";
import type { UploadIdentity } from "../snapshot/identity.ts";
import { present } from "../snapshot/lookUp.ts";
import { manifestPath, ManifestWriter } from "../blocks/manifest.ts";
import { parentManifest } from "./parentSnapshot.ts";
import { DEFAULT_CONCURRENCY } from "./publishOptions.ts";
import type { Published, PublishOptions } from "./publishOptions.ts";
import type { SnapshotFacts, SnapshotService } from "../snapshot/snapshotService.ts";
import { tagKeys } from "../snapshot/snapshotTags.ts";
import { uploadBlocks } from "./upload.ts";
import type { Uploaded } from "./upload.ts";
import { UploadFolder } from "./uploadState.ts";
import type { UploadState } from "./uploadState.ts";

export interface PendingUploadOptions {
  service: SnapshotService;
  options: PublishOptions;
  identity: UploadIdentity;
  tags: Readonly<Record<string, string>>;
  stateFolder: string;
  sizeBytes: number;
  say: (text: string) => void;
}

interface Started {
  snapshotId: string;
  encrypted: boolean;
  startedAt: string;
}

type Completing = NonNullable<UploadState["completing"]>;

/** Default of the longest wait for a finished upload to become `completed`. */
const COMPLETION_SECONDS = 3600;

/** The same for an upload that an earlier run had finished sending. */
const COMPLETING_SECONDS = 300;

/** Client tokens that may lead to a snapshot which was deleted meanwhile, before that is an error. */
const MOST_TOKENS = 3;

/** The look for what is to be deleted happens although the caller has stopped everything else, but not for long. */
const LAST_LOOK = { signal: undefined, attempts: 4, requestMilliseconds: 10_000 };

/** Longest time between two looks at a snapshot that is being completed. */
const LONGEST_LOOK_MILLISECONDS = 5000;

/** One upload from StartSnapshot to `completed`, with what is left of an interrupted one. Runs under the upload's lock. */
export class PendingUpload {
  readonly #given: PendingUploadOptions;
  readonly #folder: UploadFolder;

  constructor(given: PendingUploadOptions) {
    this.#given = given;
    this.#folder = new UploadFolder(given.stateFolder, uploadKey(given.identity));
  }

  /**
   * @param resumable the pending snapshot of an earlier run
   * @param abandoned snapshots that were just deleted
   */
  async run(resumable: SnapshotFacts | undefined, abandoned: readonly SnapshotFacts[]): Promise<Published> {
    const before = await this.#folder.read();
    let pending = resumable;
    let attempt = before?.attempt ?? 0;
    if (abandoned.some(({ snapshotId }) => snapshotId === before?.snapshotId)) attempt += 1;
    for (let tokens = 1; ; tokens += 1) {
      const started = pending ?? (await this.#startOrDiscard(attempt));
      const kept = before?.snapshotId === started.snapshotId ? before : undefined;
      const state: UploadState = { ...kept, ...this.#place(), attempt, snapshotId: started.snapshotId };
      try {
        this.#folder.write(state);
        return await this.#finish(started, state, kept !== undefined);
      } catch (error) {
        const outcome = await this.#cleanUp(error, state);
        if (outcome === "completed") return { ...this.#facts(started), written: 0, skipped: 0, reused: true };
        if (outcome !== "vanished" || tokens === MOST_TOKENS) throw error;
        attempt += 1;
        pending = undefined;
      }
    }
  }

  /** When the request was sent but its answer never came, there may be a snapshot whose id is not known: found by its tags. */
  async #startOrDiscard(attempt: number): Promise<Started> {
    try {
      return await this.#start(attempt);
    } catch (error) {
      const kind = failureKind(error);
      if (kind === "aborted" || kind === "transient") await this.#discardUnknown().catch(() => undefined);
      throw error;
    }
  }

  async #discardUnknown(): Promise<void> {
    const { service, identity, tags, say } = this.#given;
    const found = await service.findByTag(tagKeys.diskDigest, identity.diskDigest, LAST_LOOK);
    const parentDigest = tags[tagKeys.parentDigest];
    const { resumable } = present(found, { encryption: identity.encryption, parentDigest });
    if (!resumable) return;
    await service.delete(resumable.snapshotId);
    this.#folder.write({ ...this.#place(), attempt: ((await this.#folder.read())?.attempt ?? 0) + 1 });
    say(`deleted the pending ${resumable.snapshotId}`);
  }

  async #start(attempt: number): Promise<Started> {
    const { service, options, identity, tags, sizeBytes } = this.#given;
    const size = volumeGiB(sizeBytes);
    return service.start({
      volumeGiB: size,
      clientToken: clientToken(identity, { volumeGiB: size, tags }, attempt),
      tags,
      parentSnapshotId: options.parent?.snapshotId,
      encrypted: options.encrypted ?? false,
      kmsKeyArn: options.kmsKeyArn,
    });
  }

  async #finish(started: Started, state: UploadState, resumed: boolean): Promise<Published> {
    const { options, say } = this.#given;
    if (resumed) say(`going on with ${started.snapshotId}, which an earlier run began`);
    if (resumed && state.completing) return this.#completeAgain(started, state, state.completing);
    const { progress, checksum } = await this.#upload(started, resumed);
    const completing = { blocks: progress.written, checksum };
    this.#folder.write({ ...state, completing });
    await this.#given.service.complete(started.snapshotId, completing.blocks, checksum);
    const completed = await this.#awaitCompleted(
      started.snapshotId,
      options.completionSeconds ?? COMPLETION_SECONDS,
    );
    const { written, zero, unchanged } = progress;
    return this.#done(completed, state, { written, skipped: zero + unchanged });
  }

  /** The earlier run may have been killed before or after CompleteSnapshot arrived: a refusal now says nothing. */
  async #completeAgain(
    started: Started,
    state: UploadState,
    { blocks, checksum }: Completing,
  ): Promise<Published> {
    const { service } = this.#given;
    await service.complete(started.snapshotId, blocks, checksum).catch((error: unknown) => {
      if (failureKind(error) !== "final") throw error;
    });
    const completed = await this.#awaitCompleted(started.snapshotId, COMPLETING_SECONDS);
    const { sizeBytes } = this.#given;
    return this.#done(completed, state, { written: blocks, skipped: blockCount(sizeBytes) - blocks });
  }

  /** The next upload of this disk happens only if this snapshot is deleted: with another token. */
  async #done(
    started: Started,
    state: UploadState,
    counts: { written: number; skipped: number },
  ): Promise<Published> {
    await this.#folder.clear({ ...state, attempt: state.attempt + 1 });
    return { ...this.#facts(started), ...counts, reused: false };
  }

  async #upload(started: Started, resumed: boolean): Promise<Uploaded> {
    const { service, options, stateFolder } = this.#given;
    const manifests = join(stateFolder, "manifests");
    await using resources = new AsyncDisposableStack();
    const closed = <T extends { close(): Promise<void> }>(item: T): T => {
      resources.defer(() => item.close());
      return item;
    };
    const disk = closed(await Disk.open(options.disk));
    const parent = options.parent ? closed(await parentManifest(manifests, options.parent)) : undefined;
    const journal = closed(await this.#folder.journal(resumed));
    const manifest = await ManifestWriter.create(manifestPath(manifests, options.diskDigest));
    const { concurrency = DEFAULT_CONCURRENCY, signal, onProgress } = options;
    const { snapshotId, encrypted } = started;
    const upload = {
      service,
      snapshotId,
      disk,
      parent,
      encrypted,
      journal,
      manifest,
      concurrency,
      signal,
      onProgress,
    };
    try {
      const uploaded = await uploadBlocks(upload);
      await manifest.finish();
      return uploaded;
    } catch (error) {
      await manifest.discard();
      throw error;
    }
  }

  /** @returns the snapshot as EC2 describes it: its time differs from StartSnapshot's by fractions of a second */
  async #awaitCompleted(snapshotId: string, seconds: number): Promise<SnapshotFacts> {
    const { service, options } = this.#given;
    const deadline = performance.now() + seconds * 1000;
    for (let pause = 250; ; pause = Math.min(pause * 1.5, LONGEST_LOOK_MILLISECONDS)) {
      const snapshot = await service.find(snapshotId);
      if (snapshot?.state === "completed") return snapshot;
      const state = snapshot?.state ?? "absent";
      if (state !== "pending" || performance.now() > deadline) {
        throw new Error(`${snapshotId}: expected completed, got ${state}; run again, it starts over`);
      }
      await sleep(pause, undefined, options.signal ? { signal: options.signal } : {});
    }
  }

  /**
   * After an error: deletes the pending snapshot, so that it costs nothing, unless that is not possible.
   *
   * @returns "vanished": the snapshot was gone before, so its token is spent and the next one makes a new snapshot;
   *   "completed": another machine that uploads the same disk has finished it
   */
  async #cleanUp(error: unknown, state: UploadState): Promise<"vanished" | "completed" | "deleted" | "kept"> {
    const { service, say } = this.#given;
    const { snapshotId = "" } = state;
    const kind = failureKind(error);
    if (kind === "credentials") {
      say(`${snapshotId} stays pending: renew the credentials and run again, it goes on from here`);
      return "kept";
    }
    try {
      if (kind === "final" && (await service.find(snapshotId))?.state === "completed") return "completed";
      await service.delete(snapshotId);
    } catch (deletion) {
      say(
        `${snapshotId} stays pending, it could not be deleted (${String(deletion)}); the next run goes on with it`,
      );
      return "kept";
    }
    say(`deleted the pending ${snapshotId}`);
    // Where this fails too (a full disk), the next run takes the deleted snapshot's token, and the one after it 2 minutes later.
    await this.#folder.clear({ ...state, attempt: state.attempt + 1 }).catch(() => undefined);
    return kind === "notYet" ? "vanished" : "deleted";
  }

  #place(): { region: string; endpoint?: string } {
    const { region, endpoint } = this.#given.identity;
    return { region, ...(endpoint === undefined ? {} : { endpoint }) };
  }

  #facts({ snapshotId, startedAt, encrypted }: Started): Started & { diskDigest: string } {
    return { snapshotId, diskDigest: this.#given.options.diskDigest, startedAt, encrypted };
  }
}
