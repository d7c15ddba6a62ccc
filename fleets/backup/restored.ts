import { answerOf, inputTo } from "../../engine/exec.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { removeSpares, startSpareBox, type SpareBox } from "../../engine/spareBox.ts";
import { untilReady } from "./box.ts";
import { measured } from "./measured.ts";
import { contentFile, type BackupRecord } from "./record.ts";
import type { BackupRequest } from "./request.ts";
import { decrypted, keyOf } from "./seal.ts";
import type { BackupStore } from "./store/store.ts";
import { messageOf } from "../../work/message.ts";

/** What was being done when it failed. */
export class StageFailed extends Error {
  readonly stage: string;

  constructor(stage: string, cause: unknown) {
    super(`${stage}: ${messageOf(cause)}`, { cause });
    this.stage = stage;
  }
}

/** Runs one stage; a failure says of which. */
export async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StageFailed ? error : new StageFailed(name, error);
  }
}

/**
 * Restores what a store has of a backup into a throw-away box, and checks it there; then the work may use that box. Nothing of it is
 * left, whatever happens.
 * @param like the box that the throw-away one is like.
 */
export async function withRestored<T>(
  engine: DockerClient,
  request: BackupRequest,
  store: BackupStore,
  { at, content }: Pick<BackupRecord, "at" | "content">,
  like: ContainerFacts,
  work: (spare: SpareBox) => Promise<T>,
): Promise<T> {
  const label = spareLabel(request);
  // What a killed run has left; there is no other one now.
  await removeSpares(engine, label);
  try {
    const spare = await stage("restore", async () => {
      const started = await startSpareBox(engine, { like, volumePath: request.volumePath, label });
      await untilReady(engine, started.id, request);
      const cipher = verified(
        await store.read(contentFile({ at })),
        content?.digest ?? "",
        store.place(contentFile({ at })),
      );
      await inputTo(
        engine,
        started.id,
        request.restore,
        decrypted(cipher, keyOf(request.key.value, request.key.name)),
      );
      return started;
    });
    await stage("check", () => checkBox(engine, spare.id, request));
    return await work(spare);
  } finally {
    await removeSpares(engine, label);
  }
}

/** Asks a box the query. @throws Error when it answers otherwise than expected. */
export async function checkBox(engine: DockerClient, id: string, { check }: BackupRequest): Promise<void> {
  const answer = await answerOf(engine, id, check.run);
  if (new RegExp(check.expects).test(answer)) return;
  throw new Error(
    `expected an answer that matches /${check.expects}/, got ${answer.slice(0, 200) || "nothing"}`,
  );
}

/** By which throw-away boxes of an accessory and their volumes are found. */
export function spareLabel({ volume }: Pick<BackupRequest, "volume">): string {
  return `immutable-fleets.restoring=${volume}`;
}

/** A stream whose end is an error where it was another than was written. */
function verified(
  content: AsyncIterable<Uint8Array>,
  digest: string,
  place: string,
): AsyncGenerator<Uint8Array> {
  return measured(content, (found) => {
    if (found.digest !== digest)
      throw new Error(`${place}: expected the content ${digest}, got ${found.digest}; it was changed`);
  });
}
