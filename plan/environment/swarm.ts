import type { Configuration } from "../../config/schema.ts";
import type { SwarmSettings } from "../../config/swarm.ts";
import { checkedFor, named } from "../checked.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import { containersPlan } from "./containers.ts";
import type { ContainerFleetPlan, SwarmFleetPlan } from "./FleetPlan.ts";
import type { SwarmPlan } from "./TargetPlan.ts";

/** The fleets of an environment on a Swarm, and the edges before them. */
export function swarmPlan(configuration: Configuration, placed: readonly PlacedApplication[]): SwarmPlan {
  const { environment, registry } = configuration;
  const swarm = checkedFor(environment.swarm, "environment.swarm");
  const { edge, fleets } = containersPlan(configuration, placed, Object.keys(environment.fleets));
  return {
    target: "swarm",
    ...(swarm.manager && { manager: swarm.manager }),
    edges: swarm.edges ?? {},
    registry: checkedFor(registry, "registry").prefix,
    ...(edge && { edge }),
    fleets: fleets.map((fleet) => swarmFleet(configuration, swarm, fleet)),
  };
}

function swarmFleet(
  { environment }: Configuration,
  swarm: SwarmSettings,
  { name, applications, chain, told, boxes, drainSeconds, gate, limits, ports, command }: ContainerFleetPlan,
): SwarmFleetPlan {
  const own = named(environment.fleets, "placement of the fleet", name).swarm;
  const { boxesPerMachine, memory, cpus } = own ?? {};
  const reserved = { ...(memory !== undefined && { memory }), ...(cpus !== undefined && { cpus }) };
  return {
    ...{ target: "swarm", name, applications, chain, told, boxes, drainSeconds, gate, limits },
    ...(ports && { ports }),
    ...(command && { command }),
    constraints: [...swarm.constraints, ...(own?.constraints ?? [])],
    spread: own?.spread ?? swarm.spread,
    ...(boxesPerMachine !== undefined && { boxesPerMachine }),
    ...(Object.keys(reserved).length > 0 && { reserved }),
  };
}
