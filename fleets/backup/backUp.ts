import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { outputOf } from "../../engine/exec.ts";
import { sha256 } from "../../plan/digest.ts";
import { isLocked, withLock } from "../../work/lock.ts";
import { someBoxOf } from "./box.ts";
import { settleExchanges } from "./exchange.ts";
import { measured } from "./measured.ts";
import { contentFile, readRecords, writeRecord, type BackupRecord } from "./record.ts";
import type { BackupRequest } from "./request.ts";
import { stage, StageFailed, withRestored } from "./restored.ts";
import { isDue, surplus } from "./schedule.ts";
import { encrypted, keyOf } from "./seal.ts";
import { storeOf } from "./storeOf.ts";
import type { BackupStore } from "./store/store.ts";
import { messageOf } from "../../work/message.ts";

type Content = NonNullable<BackupRecord["content"]>;

/**
 * Backs an accessory up: its dump, encrypted on its way, into the store; from there into a throw-away box, where the check looks at it.
 * Then what is more than is kept goes.
 * @throws Error that says what failed; that it did is recorded too, where the store takes it.
 */
export function backUp(engine: DockerClient, request: BackupRequest): Promise<BackupRecord> {
  return alone(request, () => backUpNow(engine, request));
}

/** The same where the newest good backup is old enough. @returns undefined where none was due. */
export function backUpDue(engine: DockerClient, request: BackupRequest): Promise<BackupRecord | undefined> {
  return alone(request, async () => {
    const records = await readRecords(storeOf(request));
    return isDue(records, request.everySeconds, new Date()) ? backUpNow(engine, request) : undefined;
  });
}

async function backUpNow(engine: DockerClient, request: BackupRequest): Promise<BackupRecord> {
  await settleExchanges(engine, request.volume);
  const store = storeOf(request);
  const box = await someBoxOf(engine, request);
  const key = keyOf(request.key.value, request.key.name);
  const known = { at: new Date().toISOString(), image: box.Image };
  let content: Content | undefined;
  const seconds = () => Math.round((Date.now() - Date.parse(known.at)) / 100) / 10;
  try {
    content = await stage("dump", () => dumped(engine, request, box, store, contentFile(known), key));
    await withRestored(engine, request, store, { ...known, content }, box, () => Promise.resolve());
  } catch (error) {
    const failure = {
      ...known,
      seconds: seconds(),
      ...(content && { content }),
      failure: failedStage(error),
    };
    await writeRecord(store, failure).catch(() => undefined);
    throw new Error(`${request.box}: expected a backup that can be restored, got: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const record = { ...known, seconds: seconds(), content };
  await writeRecord(store, record);
  for (const old of surplus(await store.list(), await readRecords(store), request.keep))
    await store.remove(old);
  return record;
}

/** Runs work while no other process of this machine backs the accessory up, restores or moves it. */
export function alone<T>(
  request: Pick<BackupRequest, "box" | "volume" | "engine">,
  work: () => Promise<T>,
): Promise<T> {
  const { box } = request;
  const waiting = () =>
    process.stderr.write(`${box}: waiting for another backup, restore or move of it to end\n`);
  return withLock(lockOf(request), waiting, work);
}

/** Whether a process of this machine does one of these now. */
export function isWorkedOn(place: Pick<BackupRequest, "volume" | "engine">): boolean {
  return isLocked(lockOf(place));
}

function lockOf({ volume, engine }: Pick<BackupRequest, "volume" | "engine">): string {
  return `backup-${sha256(`${volume} ${engine?.url ?? ""}`).slice(0, 16)}`;
}

async function dumped(
  engine: DockerClient,
  { dump, box: name }: BackupRequest,
  box: ContainerFacts,
  store: BackupStore,
  file: string,
  key: string,
): Promise<Content> {
  if (!box.State.Running)
    throw new Error(`expected the box of ${name} to run, got one that is ${box.State.Status}; start it`);
  let content: Content = { bytes: 0, digest: "" };
  const cipher = await encrypted(outputOf(engine, box.Id, dump), key);
  await store.write(
    file,
    measured(cipher, (found) => {
      content = found;
    }),
  );
  return content;
}

/** What programs said may hold data: it is told, and not written down. */
function failedStage(error: unknown): string {
  return error instanceof StageFailed ? `${error.stage} failed` : "failed";
}
