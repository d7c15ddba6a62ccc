import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { restartPolicy } from "../box/restart.ts";
import { addressesOf, isEnded, type FleetBoxes } from "./boxes.ts";
import type { Dealing } from "./Dealing.ts";

const lookEveryMilliseconds = 250;
/** The engine's DNS forgets a box when it ends, and the edge a second later. */
const forgottenWithinMilliseconds = 15_000;

/**
 * Stops boxes in order, and for good: the engine starts them no more, after a reboot either. They are removed with the next update that
 * succeeds; until then their logs tell what was wrong. Waits until no edge leads to them, where they take requests.
 */
export async function stopForGood(
  boxes: readonly ContainerFacts[],
  drainSeconds: number,
  { network, dealing, engine }: { network: string; dealing: Dealing | undefined; engine: DockerClient },
): Promise<void> {
  const ids = boxes.map(({ Id }) => Id);
  if (ids.length === 0) return;
  await engine.ask(["update", "--restart", "no", ...ids]);
  await Promise.all(ids.map((id) => engine.ask(["stop", "--time", String(drainSeconds), id])));
  if (!dealing) return;
  const gone: FleetBoxes = { fresh: [], old: [...boxes], leftOver: [], ended: [], isDecided: false };
  const end = Date.now() + forgottenWithinMilliseconds;
  while (addressesOf(boxes, network).length > 0 && Date.now() < end) {
    const servers = await dealing.look(gone);
    if (!servers.some(({ side }) => side === "old")) return;
    await sleep(lookEveryMilliseconds);
  }
}

/** Starts boxes that {@link stopForGood} has stopped, since they are wanted again. */
export async function startAgain(boxes: readonly ContainerFacts[], engine: DockerClient): Promise<void> {
  const ids = boxes.filter(isEnded).map(({ Id }) => Id);
  if (ids.length === 0) return;
  await engine.run(["update", "--restart", restartPolicy, ...ids]);
  await engine.run(["start", ...ids]);
}
