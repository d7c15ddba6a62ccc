import * as pulumi from "@pulumi/pulumi";
import { acmeName } from "../../config/acme.ts";
import { engineOf } from "../../engine/engine.ts";
import { checkedFor } from "../../plan/checked.ts";
import type { ContainerFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { AccessoryPlan, ContainersPlan } from "../../plan/environment/TargetPlan.ts";
import type { TaskPlan } from "../../plan/environment/tasks.ts";
import { secretValues, toldAll } from "../../plan/glue/told.ts";
import type { BoxVolume } from "../box/box.ts";
import { otherMachine, thisMachine, type EnginePlace } from "../box/place.ts";
import type { Edge } from "../edge/Edge.ts";
import { runEdge } from "../target/runEdge.ts";
import { filledIn, filledText, type Secrets } from "../target/filledIn.ts";
import type { Around, Running, RunningFleet, Target } from "../target/Target.ts";
import { FleetTasks, tasksOn } from "../tasks/FleetTasks.ts";
import { boxVolumes, volumesOn } from "../volumes/SharedVolume.ts";
import { Accessory } from "./Accessory.ts";
import { ContainerFleet } from "./ContainerFleet.ts";
import { acmeVolume, runAcme } from "./runAcme.ts";
import { runSchedules } from "./runSchedules.ts";

/** What runs on one engine. */
interface OnEngine {
  edge?: Edge;
  fleets: Map<string, ContainerFleet>;
}

/**
 * Runs the fleets of containers, the accessories and the edge on this machine's engine; or on the engines of other machines,
 * each all of them. There one machine is swapped after the other: the next one begins when every gate of the one before has
 * passed.
 */
export const runContainers: Target<ContainersPlan> = (plan, around) => {
  const engines = Object.entries(plan.engines);
  if (engines.length > 0) return runElsewhere(plan, around, engines);
  const { edge, fleets } = runIn(thisMachine(around.made, around.options), plan, around);
  return {
    ...(edge && { url: edge.url, edge }),
    fleets: Object.fromEntries(
      [...fleets].map(([name, { image, containers }]) => [name, { image, boxes: containers }]),
    ),
    proved: [...fleets.values()].map(({ proved }) => proved),
  };
};

function runElsewhere(
  plan: ContainersPlan,
  around: Around,
  engines: readonly (readonly [string, ContainersPlan["engines"][string]])[],
): Running {
  const all: OnEngine[] = [];
  for (const [name, settings] of engines) {
    const gates = [...(all.at(-1)?.fleets.values() ?? [])].map(({ gate }) => gate);
    const place = otherMachine(engineOf(name, settings), around.made, gates, around.options);
    all.push(runIn(place, plan, around, all.length === 0));
  }
  const urls = all.flatMap(({ edge }) => (edge ? [edge.url] : []));
  return {
    ...(urls.length > 0 && { url: urls.join(", ") }),
    fleets: Object.fromEntries(
      [...new Set(all.flatMap(({ fleets }) => [...fleets.keys()]))].map((name) => [
        name,
        everywhere(all.flatMap(({ fleets }) => fleets.get(name) ?? [])),
      ]),
    ),
    proved: all.flatMap(({ fleets }) => [...fleets.values()].map(({ proved }) => proved)),
  };
}

/** The boxes of one fleet on several machines. */
function everywhere(fleets: readonly ContainerFleet[]): RunningFleet {
  const boxes = pulumi
    .all(fleets.map(({ containers }) => containers))
    .apply((all) => Object.assign({}, ...all) as Record<string, string>);
  return { image: checkedFor(fleets[0], "a fleet on every engine").image, boxes };
}

/** The edge, the accessories and the fleets of containers on one engine; `isFirst`: of several. */
function runIn(place: EnginePlace, plan: ContainersPlan, around: Around, isFirst = true): OnEngine {
  const acme = plan.edge && acmeVolume(plan.edge, place);
  const also = { instances: around.before.behind, ...(acme && { acme: acme.volume }) };
  const edge = plan.edge && runEdge(place, plan.edge, around, also);
  const accessories = new Map(
    plan.accessories.map((each) => [each.name, runAccessory(each, place, around.secrets)] as const),
  );
  // A schedule runs once for all engines.
  const here = isFirst ? plan : withoutSchedules(plan);
  const volumes = volumesOn(here, place);
  // They wait for accessories, but have no value of theirs: an accessory's new box must not take boxes away that have one.
  const after = { ...place, after: [...place.after, ...accessories.values()] };
  const fleets = plan.fleets.map((fleet) => {
    const where = needsAccessories(fleet) ? after : place;
    const tasks = hasRunHere(around) ? [] : tasksOn(fleet, accessories, isFirst);
    const beside = { edge, tasks, accessories, volumes: boxVolumes(fleet.volumes ?? [], volumes) };
    return [fleet.name, runFleet(fleet, where, around.secrets, beside)] as const;
  });
  const scheduled = (here.schedules ?? []).map((each) => {
    // What its jobs ask is there, and what runs before a swap has.
    const where = { ...after, after: [...after.after, ...fleets.map(([, fleet]) => fleet)] };
    return [each.name, runSchedules(each, where, around.secrets, boxVolumes(each.volumes, volumes))] as const;
  });
  const issuing = plan.edge && acme && runAcme(plan.edge, place, acme);
  return {
    ...(edge && { edge }),
    fleets: new Map([...fleets, ...scheduled, ...(issuing ? [[acmeName, issuing] as const] : [])]),
  };
}

/** Of several engines, what the others than the first have. */
function withoutSchedules({ schedules = [], ...plan }: ContainersPlan): ContainersPlan {
  const names = schedules.map(({ name }) => name);
  return { ...plan, volumes: plan.volumes.filter(({ name }) => !names.includes(name)) };
}

/** Whether the environment takes a release of its own: what had to be done before its swap was done then. */
function hasRunHere({ release }: Around): boolean {
  return release?.environment === pulumi.getStack();
}

/** Whether boxes ask accessories, or are given secrets by which they may. */
function needsAccessories({ applications, workers = [], told }: ContainerFleetPlan): boolean {
  const uses = [...applications, ...workers].flatMap((application) => application.uses);
  return uses.length > 0 || Object.keys(secretValues(told)).length > 0;
}

function runAccessory(plan: AccessoryPlan, place: EnginePlace, secrets: Secrets): Accessory {
  const { name, chain, volume, backup, ...rest } = plan;
  const { image, services } = place.image(chain);
  const environment = pulumi.all(filledIn(plan.environment, secrets));
  const key = backup && filledText(`\${secret:${backup.key}}`, secrets);
  return new Accessory(name, {
    ...{ ...rest, image, services, environment, place, volumePath: volume },
    ...(backup && key && { backup: { plan: backup, key } }),
  });
}

/** What is there beside a fleet. */
interface BesideFleet {
  edge: Edge | undefined;
  accessories: ReadonlyMap<string, Accessory>;
  /** What runs before it is swapped. */
  tasks: readonly TaskPlan[];
  /** The named volumes in its boxes. */
  volumes: readonly BoxVolume[];
}

function runFleet(
  plan: ContainerFleetPlan,
  place: EnginePlace,
  secrets: Secrets,
  { edge, accessories, tasks, volumes }: BesideFleet,
): ContainerFleet {
  const { name, boxes, limits, told, applications, workers = [], command, gate, chain } = plan;
  const { image, services } = place.image(chain);
  const environment = pulumi.all(filledIn(toldAll(told), secrets));
  const common = { image, environment, place };
  const before =
    tasks.length > 0
      ? new FleetTasks({ fleet: plan, ...common, services, tasks, accessories, mounts: volumes }).steps
      : [];
  return new ContainerFleet({
    fleet: name,
    ...{ ...common, boxes, gate, command, place: { ...place, after: [...place.after, ...before] } },
    ready: workers.find(({ ready }) => ready)?.ready,
    limits: { ...limits, services, ...(volumes.length > 0 && { volumes }) },
    ...(edge && { edge: edge.container }),
    applications: applications.map((each) => ({ name: each.name, port: each.port })),
    ports: plan.ports,
    ...(plan.maxSurge !== undefined && { surge: { maxSurge: plan.maxSurge, door: edge?.doorContainer } }),
    ...(edge && plan.canary && { canary: { plan: plan.canary, door: edge.doorContainer } }),
  });
}
