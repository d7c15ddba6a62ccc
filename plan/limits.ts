import { boxShape, type BoxShapePlan } from "./boxShape.ts";
import type { LogPlan } from "./logs.ts";
import type { Application, Fleet, Placement } from "../config/schema.ts";

/** How a box is started: a foreground command as the image says, or systemd with every enabled service. */
export type Init = "foreground" | "systemd";

/** What all boxes of a fleet may do, apart from what follows from the services in their image. */
export interface FleetLimits {
  /** Automatic: in the foreground, where all that the unit says is true there; else by systemd. */
  init: Init | "automatic";
  /** As configured: `/var/cache/app`, `/var/cache/app:exec`. */
  volatile: readonly string[];
  capabilities: readonly string[];
  memory?: string | undefined;
  cpus?: number | undefined;
  drainSeconds: number;
  /** Absent: as the engine's settings say. */
  logs?: LogPlan;
  /** Absent: as every box. */
  shape?: BoxShapePlan;
}

/** How a fleet's boxes start: as configured, else by systemd where there are several applications, else as their image allows. */
export function fleetInit({ init, applications }: Fleet): FleetLimits["init"] {
  return init ?? (applications.length > 1 ? "systemd" : "automatic");
}

/** What the boxes of a fleet may do, as far as it follows from the configuration. */
export function fleetLimits(
  fleet: Fleet,
  { memory, cpus, drainSeconds }: Placement,
  applications: readonly Application[],
  logs?: LogPlan,
): FleetLimits {
  return {
    init: fleetInit(fleet),
    volatile: applications.flatMap(({ volatile }) => volatile),
    capabilities: applications.flatMap(({ capabilities }) => capabilities),
    ...(memory !== undefined && { memory }),
    ...(cpus !== undefined && { cpus }),
    drainSeconds,
    ...(logs && { logs }),
    ...boxShape(applications),
  };
}
