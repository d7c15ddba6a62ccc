import { containersLabelled, inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { canonicalJson } from "../../plan/digest.ts";
import type { FleetPlace } from "./request.ts";

/** A fleet's containers at one moment. */
export interface FleetBoxes {
  /** Those that the update made, whether or not they run. */
  fresh: ContainerFacts[];
  /** Those that serve, until the new ones are proved. */
  old: ContainerFacts[];
  /** Others that run: new ones of an update that was killed on the way. */
  leftOver: ContainerFacts[];
  /** Those that served, and were stopped for good: new ones are proved, all or the first of them. */
  ended: ContainerFacts[];
  /** Whether the new ones are proved: the end of the old ones had begun when an update was killed. */
  isDecided: boolean;
}

/** The containers of a fleet as an engine has them; `ids`: of the new ones. */
export async function fleetBoxes(
  place: Pick<FleetPlace, "fleet" | "stack" | "network">,
  ids: readonly string[],
  engine: DockerClient,
): Promise<FleetBoxes> {
  const found = await containersLabelled("immutable-fleets.fleet", place.fleet, engine);
  const own = (await inspectContainers(found, engine)).filter(
    ({ Config: { Labels }, NetworkSettings }) =>
      Labels?.["immutable-fleets.stack"] === place.stack && place.network in NetworkSettings.Networks,
  );
  return grouped(own, ids);
}

/**
 * Tells the boxes of a fleet apart. Of those that are not new, the first that was made has served since before any swap that goes on; what is
 * made like it is old, too.
 */
export function grouped(all: readonly ContainerFacts[], ids: readonly string[]): FleetBoxes {
  const fresh = all.filter(({ Id }) => ids.includes(Id));
  const others = all
    .filter(({ Id }) => !ids.includes(Id))
    .toSorted((a, b) => a.Created.localeCompare(b.Created));
  const running = others.filter(({ State }) => State.Running);
  const [first] = running;
  const like = first && makeOf(first);
  const ended = others.filter((each) => isEnded(each) && makeOf(each) === like);
  return {
    fresh,
    old: running.filter((each) => makeOf(each) === like),
    leftOver: running.filter((each) => makeOf(each) !== like),
    ended,
    isDecided: ended.length > 0,
  };
}

/** Whether the engine is to start it no more: it was stopped for good, or is about to be. */
export function isEnded({ HostConfig }: Pick<ContainerFacts, "HostConfig">): boolean {
  return HostConfig.RestartPolicy.Name === "no";
}

/** Whether new boxes are to take over from others that are not made alike: with equal ones there is nothing to compare. */
export function isSwap({ fresh, old }: Pick<FleetBoxes, "fresh" | "old">): boolean {
  const [one, other] = [fresh[0], old[0]];
  return one !== undefined && other !== undefined && makeOf(one) !== makeOf(other);
}

/** What a box is made of, without what says which one it is, and when it is started again. */
export function makeOf({ Image, Path, Config, HostConfig }: ContainerFacts): string {
  const { Env, Labels, ...config } = Config;
  const own: Record<string, unknown> = { ...config, Hostname: undefined };
  return canonicalJson({
    ...{ Image, Path, own },
    environment: (Env ?? []).filter((line) => !line.startsWith("FLEET_BOX=")).sort(),
    labels: { ...Labels, "immutable-fleets.box": undefined },
    host: { ...HostConfig, RestartPolicy: undefined },
  });
}

/** Which of its fleet's boxes a container is: `shop-1`. */
export function boxName({ Config }: Pick<ContainerFacts, "Config">): string {
  return Config.Labels?.["immutable-fleets.box"] ?? "";
}

/** The addresses of boxes in a network. */
export function addressesOf(boxes: readonly ContainerFacts[], network: string): string[] {
  return boxes.flatMap(({ NetworkSettings }) => NetworkSettings.Networks[network]?.IPAddress || []);
}
