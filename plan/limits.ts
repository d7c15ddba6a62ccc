import type { Configuration } from "../config/schema.ts";

/** How a box is started: a foreground command as the image says, or systemd with every enabled service. */
export type Init = "foreground" | "systemd";

/** What all boxes of a fleet may do, apart from what follows from the services in their image. */
export interface FleetLimits {
  init: Init;
  volatile: readonly string[];
  capabilities: readonly string[];
  memory?: string | undefined;
  cpus?: number | undefined;
  drainSeconds: number;
}

/** How a fleet's boxes start: as configured, else in the foreground where there is one application, else by systemd. */
export function fleetInit({ fleets }: Pick<Configuration, "fleets">, fleet: string): Init {
  const { init, applications } = fleets[fleet] ?? { applications: [] };
  return init ?? (applications.length > 1 ? "systemd" : "foreground");
}

/** What the boxes of a fleet may do, as far as it follows from the configuration. */
export function fleetLimits(configuration: Configuration, fleet: string): FleetLimits {
  const { applications, fleets, environment } = configuration;
  const placement = environment.fleets[fleet];
  if (!placement) throw new Error(`expected a placement of the fleet ${fleet}, got none`);
  const own = (fleets[fleet]?.applications ?? []).flatMap((name) => applications[name] ?? []);
  return {
    init: fleetInit(configuration, fleet),
    volatile: own.flatMap(({ volatile }) => volatile),
    capabilities: own.flatMap(({ capabilities }) => capabilities),
    memory: placement.memory,
    cpus: placement.cpus,
    drainSeconds: placement.drainSeconds,
  };
}
