import { edgeName } from "../../config/edge.ts";
import { defaultInstances, type AwsSettings } from "../../config/instances.ts";
import type { Configuration } from "../../config/schema.ts";
import { canarySettings } from "../../config/swap.ts";
import { checkedFor, named } from "../checked.ts";
import { urlAt, urlByEdge } from "../glue/boxEnvironment.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { InstanceFleetPlan } from "./FleetPlan.ts";
import type { InstancesPlan } from "./TargetPlan.ts";
import { someFleet } from "./fleet.ts";

/** Fleets of instances, and who may connect to whom. */
export function instancesPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleets: readonly string[],
): InstancesPlan {
  const aws = checkedFor(configuration.environment.aws, "environment.aws");
  const edge = edgeFlows(configuration, aws, placed, fleets);
  return {
    target: "instances",
    aws,
    applications: placed.filter(({ fleet }) => fleets.includes(fleet)),
    ...(edge && { edge }),
    fleets: fleets.map((name) => instanceFleet(configuration, placed, name, fleets)),
  };
}

function instanceFleet(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  name: string,
  onInstances: readonly string[],
): InstanceFleetPlan {
  const { edge } = configuration.environment;
  const isBalanced = ({ fleet }: PlacedApplication) => !edge || onInstances.includes(fleet);
  // The load balancer's host name is known only once it is there.
  const reach = (each: PlacedApplication) =>
    isBalanced(each) ? urlAt(edgeName, each.port) : urlByEdge(edge?.internalAddress ?? edgeName, each);
  const { common, placement } = someFleet(configuration, placed, name, "machine", reach);
  const { instances = defaultInstances, stateful } = placement;
  const swap = canarySettings(placement.swap);
  const { renamedFrom } = named(configuration.fleets, "fleet", name);
  const ports = common.applications
    .flatMap(({ uses }) => uses)
    .flatMap((use) => configuration.accessories[use]?.port ?? []);
  return {
    ...common,
    target: "instances",
    instances,
    ...(swap && { swap }),
    ...(stateful && instances.data && { data: instances.data }),
    ...(renamedFrom !== undefined && { renamedFrom }),
    accessoryPorts: [...new Set(ports)],
    balanced: Object.fromEntries(placed.filter(isBalanced).map((each) => [each.name, each.port])),
  };
}

/** Who comes from and goes to the edge, where the environment has one. */
function edgeFlows(
  { environment: { edge } }: Configuration,
  { edgeRange }: AwsSettings,
  placed: readonly PlacedApplication[],
  onInstances: readonly string[],
): InstancesPlan["edge"] {
  if (!edge) return undefined;
  const elsewhere = placed.filter(({ fleet }) => !onInstances.includes(fleet));
  const { internalAddress } = edge;
  return {
    range: checkedFor(edgeRange, "environment.aws.edgeRange"),
    ...(internalAddress !== undefined && { address: `${internalAddress}/32` }),
    ports: elsewhere
      .flatMap((each) => [each, ...(each.ports ?? [])])
      .map(({ port, edgePort = port }) => edgePort),
  };
}
