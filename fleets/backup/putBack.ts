import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { alone } from "./backUp.ts";
import { someBoxOf, untilReady } from "./box.ts";
import { endExchange, markExchange, settleExchanges, unmarkExchange, type Exchange } from "./exchange.ts";
import type { BackupRecord } from "./record.ts";
import { stackNameOf, type BackupRequest } from "./request.ts";
import { checkBox, spareLabel, withRestored } from "./restored.ts";
import type { BackupStore } from "./store/store.ts";
import { copyVolume, replaceVolume } from "./volumeCopy.ts";
import { causeOf, endWhereInterrupted } from "../../work/interruption.ts";
import { messageOf } from "../../work/message.ts";

const stopSeconds = 60;

/** What came of a restore. */
export interface PutBack {
  /** The volume with the data that was there before; nothing here ever removes it. */
  kept: string;
  /** For how long the accessory was away, in seconds. */
  awaySeconds: number;
}

/**
 * Puts a backup of a store in the place of an accessory's data. While the accessory serves on, the backup is restored into a throw-away box and
 * checked; then the accessory's box is stopped, its data copied to a volume that stays, the restored data put there, and the box
 * started and checked. Where any of that fails, the data that was there is put back.
 */
export function restoreBackup(
  engine: DockerClient,
  request: BackupRequest,
  store: BackupStore,
  record: BackupRecord,
): Promise<PutBack> {
  return alone(request, async () => {
    await settleExchanges(engine, request.volume);
    const box = await someBoxOf(engine, request);
    return withRestored(engine, request, store, record, box, async (spare) => {
      endWhereInterrupted();
      // What it has written is complete only when it has ended.
      await stop(engine, spare.id);
      return exchange(engine, request, box, spare.volume);
    });
  });
}

/** Puts the data of a volume, as an earlier restore has kept it, in the place of an accessory's data; likewise. */
export function restoreVolume(
  engine: DockerClient,
  request: BackupRequest,
  volume: string,
): Promise<PutBack> {
  return alone(request, async () => {
    await settleExchanges(engine, request.volume);
    const found = await engine.run(["volume", "inspect", "--format", "{{json .Labels}}", volume]);
    const labels = (JSON.parse(found) ?? {}) as Record<string, string>;
    if (labels[keptLabel] !== request.volume)
      throw new Error(
        `${volume}: expected a volume that an earlier restore of ${request.box} has kept, got another; name one of docker volume ls --filter label=${keptLabel}=${request.volume}`,
      );
    return exchange(engine, request, await someBoxOf(engine, request), volume);
  });
}

const keptLabel = "immutable-fleets.before-restore";

/** The part while which the accessory is away. */
async function exchange(
  engine: DockerClient,
  request: BackupRequest,
  box: ContainerFacts,
  from: string,
): Promise<PutBack> {
  const { volume: data } = request;
  const by = { image: box.Image, label: spareLabel(request) };
  const kept = keptName(request);
  const exchanged: Exchange = { box: request.box, volume: data, kept, image: box.Image };
  await markExchange(engine, exchanged, "copying");
  const began = Date.now();
  try {
    await createKept(engine, request, kept);
    await stop(engine, box.Id);
    await copyVolume(engine, { ...by, from: data, to: kept });
    endWhereInterrupted();
    await markExchange(engine, exchanged, "replacing");
  } catch (error) {
    await engine.run(["start", box.Id]);
    await endExchange(engine, exchanged);
    // Half a copy, of data that is as it was.
    await engine.run(["volume", "rm", kept]).catch(() => undefined);
    throw causeOf(error);
  }
  try {
    await replaceVolume(engine, { ...by, from, to: data });
    await markExchange(engine, exchanged, "replaced");
    await start(engine, box.Id, request);
    await checkBox(engine, box.Id, request);
  } catch (error) {
    await returnKept(engine, request, box, exchanged, error);
  }
  await endExchange(engine, exchanged);
  return { kept, awaySeconds: (Date.now() - began) / 1000 };
}

/** The data as it was, and why. */
async function returnKept(
  engine: DockerClient,
  request: BackupRequest,
  box: ContainerFacts,
  exchanged: Exchange,
  cause: unknown,
): Promise<never> {
  const reason = messageOf(causeOf(cause));
  const { kept, volume: data } = exchanged;
  try {
    await stop(engine, box.Id);
    await unmarkExchange(engine, exchanged, "replaced");
    await replaceVolume(engine, { image: box.Image, label: spareLabel(request), from: kept, to: data });
    await unmarkExchange(engine, exchanged, "replacing");
    await engine.run(["start", box.Id]);
    // It may not have served before: what is wrong then is no matter of this restore.
    await untilReady(engine, box.Id, request).catch(() => undefined);
    await endExchange(engine, exchanged);
  } catch (error) {
    const own = messageOf(error);
    throw new Error(
      `${request.box}: expected the restored data to serve, got: ${reason}; and the data that was there could not be put back: ${own}; it is whole in the volume ${kept}: npm run restore -- ${request.box} --volume ${kept} --stack ${stackNameOf(request)}`,
      { cause: error },
    );
  }
  throw new Error(
    `${request.box}: expected the restored data to serve, got: ${reason}; the data that was there is back`,
    { cause },
  );
}

async function createKept(engine: DockerClient, request: BackupRequest, name: string): Promise<void> {
  await engine.run(["volume", "create", "--label", `${keptLabel}=${request.volume}`, name]);
}

function keptName(request: BackupRequest): string {
  const at = new Date().toISOString().replaceAll(":", "-");
  return `before-restore-${stackNameOf(request)}-${request.box}-${at}`;
}

async function start(engine: DockerClient, id: string, request: BackupRequest): Promise<void> {
  await engine.run(["start", id]);
  await untilReady(engine, id, request);
}

async function stop(engine: DockerClient, id: string): Promise<void> {
  await engine.run(["stop", "--time", String(stopSeconds), id]);
}
