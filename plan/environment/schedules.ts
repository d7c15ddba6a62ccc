import { parseCalendar, type Calendar } from "../../config/calendar.ts";
import { hasSchedules, schedulesName, type ScheduleSettings } from "../../config/schedules.ts";
import type { Application, Configuration } from "../../config/schema.ts";
import { volumeMounts, type VolumeMount } from "../../config/volumes.ts";
import { named } from "../checked.ts";
import type { Told } from "../glue/told.ts";
import { fleetLimits, type FleetLimits } from "../limits.ts";
import { logPlan } from "../logs.ts";
import type { ContainerFleetPlan } from "./FleetPlan.ts";

/** What the box is told of a schedule that runs it. */
export interface SchedulePlan extends Omit<ScheduleSettings, "at"> {
  name: string;
  /** As it is configured. */
  at: string;
  calendar: Calendar;
}

/** A box beside a fleet, of the same image, that runs the schedules of one of its applications. */
export interface SchedulesPlan {
  /** `shop-schedules`: its fleet of one box. */
  name: string;
  application: string;
  /** In alphabetical order. */
  schedules: SchedulePlan[];
  chain: string[];
  /** Whether that is an existing image, whose Python is wherever its PATH says. */
  existing?: true;
  told: Told;
  limits: FleetLimits;
  /** Accessories by name. */
  uses: string[];
  /** Those of its application, and where it notes what ran. */
  volumes: VolumeMount[];
  gate: ContainerFleetPlan["gate"];
}

/** Where a box notes what ran. */
export const schedulesFolder = "/var/lib/fleet-schedules";

/** What runs the schedules of the applications of some fleets. */
export function schedulesBeside(
  configuration: Configuration,
  fleets: readonly ContainerFleetPlan[],
): SchedulesPlan[] {
  return fleets.flatMap((fleet) =>
    named(configuration.fleets, "fleet", fleet.name).applications.flatMap((name) => {
      const application = named(configuration.applications, "application", name);
      return hasSchedules(application) ? [schedulesOf(configuration, fleet, name, application)] : [];
    }),
  );
}

function schedulesOf(
  { fleets, environment, layers }: Configuration,
  { name: fleet, chain, told, gate }: ContainerFleetPlan,
  application: string,
  settings: Application,
): SchedulesPlan {
  const placement = named(environment.fleets, "placement of the fleet", fleet);
  const logs = logPlan(placement.logs ?? environment.logs);
  const own = { ...named(fleets, "fleet", fleet), init: "foreground" as const };
  const name = schedulesName(application);
  return {
    ...{ name, application, chain, told, gate, uses: settings.uses },
    ...(layers[settings.layer]?.image !== undefined && { existing: true as const }),
    schedules: Object.entries(settings.schedules ?? {})
      .map(([each, schedule]) => schedulePlan(each, schedule))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    limits: fleetLimits(own, placement, [settings], logs),
    volumes: [...volumeMounts(settings.volumes), { volume: name, path: schedulesFolder, readOnly: false }],
  };
}

function schedulePlan(name: string, settings: ScheduleSettings): SchedulePlan {
  const calendar = parseCalendar(settings.at);
  if ("problem" in calendar) throw new Error(`expected times that were checked, got ${calendar.problem}`);
  return { ...settings, name, calendar };
}
