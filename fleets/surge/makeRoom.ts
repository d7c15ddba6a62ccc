import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { addressesOf, boxName, fleetBoxes, type FleetBoxes } from "../canary/boxes.ts";
import type { Dealing, DealtServer } from "../canary/Dealing.ts";
import { stopForGood } from "../canary/power.ts";
import { dealingOf } from "./dealingOf.ts";
import type { TurnsPlace } from "./request.ts";
import { makingRoom, type SeenBox } from "./turns.ts";

/** A box as it was seen, with what the engine says of it. */
interface Seen extends SeenBox {
  facts: ContainerFacts;
}

/**
 * Before the first turn of a swap to boxes that are made otherwise: what an update that was killed left beside those that serve would be
 * too many when new ones come. @returns the names of those that it has stopped.
 */
export async function makeRoom(place: TurnsPlace, engine: DockerClient): Promise<string[]> {
  const boxes = await fleetBoxes(place, [], engine);
  const dealing = dealingOf(place, engine);
  const going = makingRoom(await seen(boxes, place, dealing), place.names.length);
  const { drainSeconds, network } = place;
  const facts = going.map((box) => box.facts);
  await stopForGood(facts, drainSeconds, { network, dealing, engine });
  return going.map(({ name }) => name);
}

/** Those that run, the first ones made first. */
async function seen(
  boxes: FleetBoxes,
  { network }: TurnsPlace,
  dealing: Dealing | undefined,
): Promise<Seen[]> {
  const servers = await dealing?.look(boxes);
  const all = [...boxes.old, ...boxes.leftOver].toSorted((a, b) => a.Created.localeCompare(b.Created));
  return all.map((facts, index) => {
    const name = boxName(facts);
    const isLater = all.slice(0, index).some((each) => boxName(each) === name);
    const isLeftOver = boxes.leftOver.includes(facts) || isLater;
    return { id: facts.Id, name, facts, isLeftOver, isWell: isWellSeen(facts, network, servers) };
  });
}

/** Whether it runs, and every edge that knows it holds it for healthy. */
function isWellSeen(
  facts: ContainerFacts,
  network: string,
  servers: readonly DealtServer[] | undefined,
): boolean {
  if (!facts.State.Running || facts.State.Restarting) return false;
  if (!servers) return true;
  const addresses = addressesOf([facts], network);
  const own = servers.filter(({ address }) => addresses.includes(address.replace(/:\d+$/, "")));
  return own.length > 0 && own.every(({ isDown }) => !isDown);
}
