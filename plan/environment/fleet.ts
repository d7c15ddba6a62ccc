import type { Configuration, Placement } from "../../config/schema.ts";
import { isServed } from "../../config/worker.ts";
import type { ImageForm } from "../chain.ts";
import { fleetChain } from "../chains.ts";
import { named } from "../checked.ts";
import { glueOf } from "../glue/boxEnvironment.ts";
import { configuredEnvironment, type Told } from "../glue/told.ts";
import { healthCheckOf } from "../glue/healthCheck.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { FleetApplication, FleetPlan, SomeFleet } from "./FleetPlan.ts";

/** The names of the fleets of a target, as they are configured. */
export function placedOn({ fleets }: Configuration["environment"], target: FleetPlan["target"]): string[] {
  return Object.keys(fleets).filter((name) => fleets[name]?.target === target);
}

/** What is told of a fleet whatever its target, and how it is placed. */
export function someFleet(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  name: string,
  form: ImageForm,
  reach?: (application: PlacedApplication) => string,
): { common: SomeFleet; placement: Placement } {
  const placement = named(configuration.environment.fleets, "placement of the fleet", name);
  const { boxes, drainSeconds, gate } = placement;
  const common = {
    name,
    applications: fleetApplications(configuration, name),
    chain: fleetChain(configuration, name, form),
    told: toldOf(configuration, placed, name, reach),
    ...{ boxes, drainSeconds, gate },
  };
  return { common, placement };
}

/** What the boxes of a fleet are told; the only place where that is found out, whatever they are. */
export function toldOf(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleet: string,
  reach?: (application: PlacedApplication) => string,
): Told {
  const glue = glueOf(configuration, placed, fleet, reach);
  return { glue, configured: configuredEnvironment(configuration, fleet) };
}

/** The applications on the boxes of a fleet that take requests, as they are configured. */
export function fleetApplications(
  { fleets, applications }: Pick<Configuration, "fleets" | "applications">,
  fleet: string,
): FleetApplication[] {
  return named(fleets, "fleet", fleet).applications.flatMap((name) => {
    const application = named(applications, "application", name);
    if (!isServed(application)) return [];
    const { layer, public: isPublic, uses } = application;
    return [{ name, layer, ...healthCheckOf(application), public: isPublic, uses }];
  });
}
