import * as pulumi from "@pulumi/pulumi";
import type { ContainerFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { TaskPlan } from "../../plan/environment/tasks.ts";
import type { Service } from "../../plan/service.ts";
import type { BoxVolume } from "../box/box.ts";
import type { EnginePlace } from "../box/place.ts";
import { TaskStep } from "./TaskStep.ts";

export interface FleetTasksArgs {
  fleet: Pick<ContainerFleetPlan, "name" | "applications" | "workers" | "limits">;
  /** What runs here before a swap, in this order. */
  tasks: readonly TaskPlan[];
  image: pulumi.Input<string>;
  services: pulumi.Input<Service[]>;
  /** What the boxes of the fleet are told. */
  environment: pulumi.Input<Record<string, string>>;
  place: Pick<EnginePlace, "engine" | "prefix" | "network" | "options" | "after">;
  /** The named volumes in its boxes. */
  mounts: readonly BoxVolume[];
  /** The accessories that run here, by name. */
  accessories: ReadonlyMap<string, { volume: pulumi.Output<string> }>;
}

/** The tasks before a swap of a fleet: one after the other, after the accessories that it needs; what depends on them waits for all. */
export class FleetTasks extends pulumi.ComponentResource {
  readonly steps: readonly TaskStep[];

  constructor(args: FleetTasksArgs, opts?: pulumi.ComponentResourceOptions) {
    const { fleet, tasks, place } = args;
    super("fleet:index:FleetTasks", `${place.prefix}${fleet.name}`, {}, { ...opts, ...place.options });
    const steps: TaskStep[] = [];
    for (const plan of tasks) {
      const dependsOn = [...place.after, ...steps.slice(-1)];
      steps.push(new TaskStep(stepArgs(args, plan), { parent: this, dependsOn }));
    }
    this.steps = steps;
    this.registerOutputs();
  }
}

function stepArgs(args: FleetTasksArgs, plan: TaskPlan) {
  const { fleet, image, services, environment, place, accessories, mounts } = args;
  const volumes = usedBy(fleet, plan.application).flatMap((use) => accessories.get(use)?.volume ?? []);
  return { plan, image, services, environment, place, volumes, mounts, limits: fleet.limits };
}

/**
 * The tasks of a fleet that run on one of several engines: where an engine has accessories of an application, its tasks are for their data, and
 * run on each; else they run once, on the first.
 */
export function tasksOn(
  fleet: Pick<ContainerFleetPlan, "tasks" | "applications" | "workers">,
  accessories: { has: (name: string) => boolean },
  isFirst: boolean,
): TaskPlan[] {
  const hasDataHere = (application: string) => usedBy(fleet, application).some((use) => accessories.has(use));
  return (fleet.tasks ?? []).filter(({ application }) => isFirst || hasDataHere(application));
}

/** The accessories of an application, whether or not it takes requests. */
function usedBy(
  { applications, workers = [] }: Pick<ContainerFleetPlan, "applications" | "workers">,
  application: string,
): string[] {
  return [...applications, ...workers].find(({ name }) => name === application)?.uses ?? [];
}
