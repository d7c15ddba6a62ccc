import { tasksBefore } from "../../config/references/tasks.ts";
import type { Configuration } from "../../config/schema.ts";
import type { TaskSettings } from "../../config/tasks.ts";
import { named } from "../checked.ts";

/** A task that runs before a swap. */
export interface TaskPlan extends TaskSettings {
  application: string;
  name: string;
}

/** The tasks before a swap of a fleet: those of its applications, in their order. */
export function fleetTasks(
  configuration: Pick<Configuration, "applications" | "environment" | "fleets">,
  fleet: string,
): TaskPlan[] {
  return named(configuration.fleets, "fleet", fleet).applications.flatMap((application) => {
    const tasks = named(configuration.applications, "application", application).tasks ?? {};
    return tasksBefore(configuration, application).map((name) => ({
      ...named(tasks, `task of ${application}`, name),
      application,
      name,
    }));
  });
}

/** `orders.migrate`: a task as the state, releases and the engine know it. */
export function taskId({ application, name }: Pick<TaskPlan, "application" | "name">): string {
  return `${application}.${name}`;
}
