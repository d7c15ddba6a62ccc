import { wantedEnvironments } from "./beanstalk.ts";
import { wantedBoxes } from "./box.ts";
import { wantedHostFleets } from "./host.ts";
import { wantedGroups } from "./instance.ts";
import { wantedServices } from "./service.ts";
import { outputsOf, type StateResource } from "./resource.ts";

/** A fleet that a stack's state wants to run. */
export interface RecordedFleet {
  name: string;
  kind: "containers" | "swarm" | "hosts" | "instances" | "stateful" | "beanstalk";
  /** What it runs, `sha256:…`: the container image, the disk of the AMI, or what the roles make of its hosts. */
  image: string;
  /** How many boxes; the fewest, where they scale. */
  boxes: number;
}

/** The fleets in a state, whatever their boxes are. */
export function runningFleets(resources: readonly StateResource[]): RecordedFleet[] {
  const containers = wantedBoxes(resources)
    .filter(({ kind }) => kind === "fleet")
    .map(({ group, image }) => ({ name: group, kind: "containers", image, boxes: 1 }) as const);
  const services = wantedServices(resources).map(
    ({ fleet, image, boxes }) => ({ name: fleet, kind: "swarm", image, boxes }) as const,
  );
  const instances = wantedGroups(resources).map(
    ({ fleet, stateful, diskDigest, boxes }) =>
      ({ name: fleet, kind: stateful ? "stateful" : "instances", image: diskDigest, boxes }) as const,
  );
  const hosts = wantedHostFleets(resources).map(
    ({ request, content }) =>
      ({ name: request.fleet, kind: "hosts", image: content, boxes: request.hosts.length }) as const,
  );
  const { fleets = {} } = outputsOf(resources) as { fleets?: Record<string, { image?: string }> };
  const environments = wantedEnvironments(resources).map(
    ({ fleet, boxes }) =>
      ({ name: fleet, kind: "beanstalk", image: fleets[fleet]?.image ?? "", boxes }) as const,
  );
  const all = Map.groupBy(
    [...containers, ...services, ...instances, ...hosts, ...environments],
    ({ name }) => name,
  );
  return [...all.values()].flatMap((each): RecordedFleet[] => {
    const [first] = each;
    return first ? [{ ...first, boxes: each.reduce((sum, { boxes }) => sum + boxes, 0) }] : [];
  });
}
