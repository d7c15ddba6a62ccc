import type { Configuration } from "../../config/schema.ts";
import { composeChain } from "../chain.ts";
import { named } from "../checked.ts";
import { texts } from "../glue/told.ts";
import { placedApplications, type PlacedApplication } from "../glue/topology.ts";
import { fleetLimits } from "../limits.ts";
import type { ContainerFleetPlan } from "./FleetPlan.ts";
import type { AccessoryPlan, ContainersPlan, EdgeBoxPlan } from "./TargetPlan.ts";
import { backupPlan } from "./backup.ts";
import { someFleet } from "./fleet.ts";

/** An environment with all its fleets in containers on one engine, whatever their targets: as Compose runs it. */
export function allInContainers(configuration: Configuration): ContainersPlan {
  const names = Object.keys(configuration.environment.fleets);
  return { ...containersPlan(configuration, placedApplications(configuration), names), engines: {} };
}

/** Some fleets in containers, with the edge and the accessories. */
export function containersPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleets: readonly string[],
): ContainersPlan {
  const edge = edgeBox(configuration, placed);
  return {
    target: "containers",
    engines: configuration.environment.engines,
    ...(edge && { edge }),
    accessories: accessoriesHere(configuration),
    fleets: fleets.map((name) => containerFleet(configuration, placed, name)),
  };
}

function containerFleet(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  name: string,
): ContainerFleetPlan {
  const { common, placement } = someFleet(configuration, placed, name, "container");
  const own = common.applications.map((each) => named(configuration.applications, "application", each.name));
  const limits = fleetLimits(named(configuration.fleets, "fleet", name), placement, own);
  return { ...common, target: "containers", limits };
}

/** The accessories that run here; one that has an address runs elsewhere. */
export function accessoriesHere({ accessories, environment, layers }: Configuration): AccessoryPlan[] {
  return Object.entries(environment.accessories).flatMap(([name, placement]) => {
    if (placement.address !== undefined) return [];
    const accessory = named(accessories, "accessory", name);
    const { layer, volume, ready, volatile, capabilities, renamedFrom } = accessory;
    const backup = backupPlan(accessory.backup, placement.backup, environment.aws?.region);
    const { memory, protect, update } = placement;
    return [
      {
        name,
        chain: composeChain(layers, [layer], "container"),
        ...{ volume, ready, volatile, capabilities, protect, update },
        ...(memory !== undefined && { memory }),
        ...(renamedFrom !== undefined && { renamedFrom }),
        ...(backup && { backup }),
        environment: texts(placement.environment),
      },
    ];
  });
}

function edgeBox(
  { environment, applications, layers }: Configuration,
  placed: readonly PlacedApplication[],
): EdgeBoxPlan | undefined {
  const { edge, fleets } = environment;
  if (!edge) return undefined;
  return {
    settings: edge,
    chain: composeChain(layers, [edge.layer], "container"),
    applications: [...placed],
    ports: Object.values(applications).map(({ port }) => port),
    fleets: Object.fromEntries(
      Object.entries(fleets).map(([name, { boxes, target }]) => [
        name,
        { boxes, mutable: target === "hosts" },
      ]),
    ),
    drainSeconds: Math.max(30, ...Object.values(fleets).map(({ drainSeconds }) => drainSeconds)),
  };
}
