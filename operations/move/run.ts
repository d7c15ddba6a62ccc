import type { Engine } from "../../engine/engine.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { withEngine } from "../../engine/connection.ts";
import type { Measure } from "../../fleets/backup/measured.ts";
import { alone } from "../../fleets/backup/backUp.ts";
import { settleExchanges } from "../../fleets/backup/exchange.ts";
import type { Move } from "../../plan/data/move.ts";
import { causeOf, endWhereInterrupted } from "../../work/interruption.ts";
import { messageOf } from "../../work/message.ts";
import { carried, carry, removeLeft, type Carriage } from "./carry.ts";
import { HandOverUnknown } from "./state.ts";
import { startUsers, stillStopped, stopUsers, usersOf } from "./users.ts";
import { telling } from "./telling.ts";

/**
 * Moves an accessory's data: stops what uses it, copies it to a new volume at the new place, compares the copy, and hands the data over.
 * The old volume is only read, and stays. Where anything fails before the handing over, the accessory serves again as it did.
 * @param from the engine that has it; undefined: this machine's.
 * @param handOver has the state name the new volume.
 */
export function moveData(
  move: Move,
  from: Engine | undefined,
  handOver: () => Promise<void>,
): Promise<Measure> {
  const box = move.data.name.replace(/-data$/, "");
  const place = { box, volume: move.data.volume, ...(from && { engine: from }) };
  return alone(place, () =>
    withEngine(from, (source) =>
      withEngine(move.to, (target) => moveBetween(move, source, target, handOver)),
    ),
  );
}

/** The same, of two engines that are reached. */
export async function moveBetween(
  { accessory: owner, data, volume: to }: Move,
  source: DockerClient,
  target: DockerClient,
  handOver: () => Promise<void>,
): Promise<Measure> {
  const carriage: Carriage = { ...{ owner, source, target, to }, image: "", from: data.volume };
  await removeLeft(carriage);
  // What is half exchanged is no data to move.
  await settleExchanges(source, data.volume);
  const users = await usersOf(source, data.volume);
  let sent: Measure;
  try {
    await telling(
      () => `${owner}: waiting for its box to end`,
      () => stopUsers(source, users),
    );
    process.stderr.write(`${owner}: stopped; it is away until npm run up\n`);
    sent = await carry({ ...carriage, image: users[0]?.Image ?? "" });
    await stillStopped(source, users);
    endWhereInterrupted();
    await handOver();
  } catch (error) {
    if (error instanceof HandOverUnknown) throw error;
    const cause = causeOf(error);
    await serveAgain(source, users, owner, cause);
    throw cause;
  }
  await carried(target, to);
  return sent;
}

async function serveAgain(
  source: DockerClient,
  users: Parameters<typeof startUsers>[1],
  owner: string,
  cause: unknown,
): Promise<void> {
  try {
    await startUsers(source, users);
    process.stderr.write(`${owner}: it serves again where it was\n`);
  } catch (error) {
    throw new Error(
      `${owner}: expected the move to succeed, got: ${messageOf(cause)}; and its box could not be started again: ${messageOf(error)}; its data is whole, in the volume that it was in: run it again, or docker start the box`,
      { cause: error },
    );
  }
}
