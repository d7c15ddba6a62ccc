import * as pulumi from "@pulumi/pulumi";
import type { SchedulesPlan } from "../../plan/environment/schedules.ts";
import { toldAll } from "../../plan/glue/told.ts";
import { messageOf } from "../../work/message.ts";
import type { BoxVolume } from "../box/box.ts";
import type { EnginePlace } from "../box/place.ts";
import { ContainerFleet } from "./ContainerFleet.ts";
import { filledIn, type Secrets } from "../target/filledIn.ts";
import { schedulesCommand, schedulesProblem, schedulesService, schedulesUser } from "../schedules/program.ts";

/**
 * Runs the box with the schedules of an application: swapped as any fleet of one box, by what is noted on its volume without a run that is
 * lost or begun twice.
 */
export function runSchedules(
  plan: SchedulesPlan,
  place: EnginePlace,
  secrets: Secrets,
  volumes: readonly BoxVolume[],
): ContainerFleet {
  const { name, told, limits, gate, chain } = plan;
  const { image, services: found } = place.image(chain);
  const services = found.apply((known) => {
    try {
      const own = schedulesService(plan, known);
      const problem = schedulesProblem(plan, own);
      if (problem !== undefined) throw new Error(problem);
      return own;
    } catch (error) {
      // A user's mistake is told without a stack trace.
      throw new pulumi.RunError(messageOf(error));
    }
  });
  return new ContainerFleet({
    ...{ fleet: name, image, boxes: 1, place, gate, applications: [] },
    environment: pulumi.all(filledIn(toldAll(told), secrets)),
    command: schedulesCommand(plan),
    limits: { ...limits, services, volumes },
    user: services.apply(schedulesUser),
  });
}
