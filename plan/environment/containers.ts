import type { Application, Configuration } from "../../config/schema.ts";
import { furtherPortName } from "../../config/ports.ts";
import { volumeMounts, type VolumeMount } from "../../config/volumes.ts";
import { volumeNames } from "../../config/references/volumes.ts";
import { canarySettings } from "../../config/swap.ts";
import { isServed } from "../../config/worker.ts";
import { boxShape } from "../boxShape.ts";
import { composeChain } from "../chain.ts";
import { checkedFor, named } from "../checked.ts";
import { texts } from "../glue/told.ts";
import { edgePorts } from "../glue/edgePorts.ts";
import { placedApplications, type PlacedApplication } from "../glue/topology.ts";
import { fleetLimits } from "../limits.ts";
import { logPlan } from "../logs.ts";
import type { ContainerFleetPlan, Worker } from "./FleetPlan.ts";
import { acmePlan } from "./acme.ts";
import type { AccessoryPlan, ContainersPlan, EdgeBoxPlan, PublishedPort } from "./TargetPlan.ts";
import { backupPlan } from "./backup.ts";
import { canaryPlan } from "./canary.ts";
import { someFleet } from "./fleet.ts";
import { schedulesBeside } from "./schedules.ts";
import { surgePlan } from "./surge.ts";
import { fleetTasks } from "./tasks.ts";

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
  const boxes = fleets.map((name) => containerFleet(configuration, placed, name));
  const schedules = schedulesBeside(configuration, boxes);
  return {
    target: "containers",
    engines: configuration.environment.engines,
    ...(edge && { edge }),
    accessories: accessoriesHere(configuration),
    volumes: sharedVolumes(configuration, fleets),
    fleets: boxes,
    ...(schedules.length > 0 && { schedules }),
  };
}

/** The named volumes of the applications of some fleets. */
function sharedVolumes({ applications, fleets, environment }: Configuration, names: readonly string[]) {
  const own = names.flatMap((name) => named(fleets, "fleet", name).applications);
  const all = own.flatMap((name) => volumeNames(name, named(applications, "application", name)));
  return [...new Set(all)]
    .sort()
    .map((name) => ({ name, protect: environment.volumes[name]?.protect ?? true }));
}

/** Where the volumes of some applications are in a box that runs all of them; one of them writes: it may be written. */
function mountsOf(applications: readonly Application[]): VolumeMount[] {
  const all = applications.flatMap(({ volumes }) => volumeMounts(volumes));
  return [...Map.groupBy(all, ({ path }) => path).values()].map((same) => ({
    ...checkedFor(same[0], "a mount"),
    readOnly: same.every(({ readOnly }) => readOnly),
  }));
}

function containerFleet(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  name: string,
): ContainerFleetPlan {
  const { common, placement } = someFleet(configuration, placed, name, "container");
  const fleet = named(configuration.fleets, "fleet", name);
  const own = fleet.applications.map((each) => named(configuration.applications, "application", each));
  const logs = logPlan(placement.logs ?? configuration.environment.logs);
  const limits = fleetLimits(fleet, placement, own, logs);
  const workers = workersOf(configuration, fleet.applications);
  const command = own.find((each) => each.command)?.command;
  const tasks = fleetTasks(configuration, name);
  const volumes = mountsOf(own);
  const canary = canarySettings(placement.swap);
  const maxSurge = surgePlan(placement);
  const ports = placed
    .filter((each) => each.fleet === name)
    .flatMap((each) =>
      (each.ports ?? []).map((own) => ({ name: furtherPortName(each.name, own.name), port: own.port })),
    );
  return {
    ...{ ...common, target: "containers", limits: command ? { ...limits, init: "foreground" } : limits },
    ...(ports.length > 0 && { ports }),
    ...(workers.length > 0 && { workers }),
    ...(command && { command }),
    ...(tasks.length > 0 && { tasks }),
    ...(volumes.length > 0 && { volumes }),
    ...(canary && { canary: canaryPlan(canary) }),
    ...(maxSurge !== undefined && { maxSurge }),
  };
}

/** Those of some applications that have no port. */
function workersOf({ applications }: Configuration, names: readonly string[]): Worker[] {
  return names.flatMap((name) => {
    const application = named(applications, "application", name);
    if (isServed(application)) return [];
    const { layer, uses, ready } = application;
    return [{ name, layer, uses, ...(ready && { ready }) }];
  });
}

/** The accessories that run here; one that has an address runs elsewhere. */
export function accessoriesHere({ accessories, environment, layers }: Configuration): AccessoryPlan[] {
  return Object.entries(environment.accessories).flatMap(([name, placement]) => {
    if (placement.address !== undefined) return [];
    const accessory = named(accessories, "accessory", name);
    const { layer, volume, ready, volatile, capabilities, command, renamedFrom, fits } = accessory;
    const logs = logPlan(placement.logs ?? environment.logs);
    const backup = backupPlan(accessory.backup, placement.backup, environment.aws?.region);
    const { memory, protect, update } = placement;
    return [
      {
        name,
        chain: composeChain(layers, [layer], "container"),
        ...{ volume, ready, volatile, capabilities, protect, update },
        ...(memory !== undefined && { memory }),
        ...(command && { command }),
        ...(renamedFrom !== undefined && { renamedFrom }),
        ...(backup && { backup }),
        ...(fits && { fits }),
        ...(logs && { logs }),
        ...boxShape([accessory]),
        environment: texts(placement.environment),
      },
    ];
  });
}

function edgeBox(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
): EdgeBoxPlan | undefined {
  const { environment, applications, layers } = configuration;
  const { edge, fleets } = environment;
  const logs = logPlan(environment.logs);
  if (!edge) return undefined;
  const acme = acmePlan(configuration);
  const ports = edgePorts({ applications, edge });
  const published = publishedPorts(environment, ports);
  return {
    settings: edge,
    chain: composeChain(layers, [edge.layer], "container"),
    applications: [...placed],
    ports: [...ports.values()],
    ...(published.length > 0 && { published }),
    ...(acme && { acme }),
    fleets: Object.fromEntries(
      Object.entries(fleets).map(([name, { boxes, target, swap }]) => [
        name,
        {
          ...{ boxes, mutable: target === "hosts" },
          ...(target === "containers" && swap?.canary && { isDealt: true as const }),
        },
      ]),
    ),
    drainSeconds: Math.max(30, ...Object.values(fleets).map(({ drainSeconds }) => drainSeconds)),
    ...(logs && { logs }),
  };
}

/** Further ports that are published, run or not, so that the door stays while fleets come and go. */
function publishedPorts(
  { applications }: Configuration["environment"],
  ports: ReadonlyMap<string, number>,
): PublishedPort[] {
  return Object.entries(applications).flatMap(([name, { published = {} }]) =>
    Object.entries(published).map(([own, external]) => ({
      internal: named(Object.fromEntries(ports), "port of the edge", furtherPortName(name, own)),
      external,
    })),
  );
}
