import type { Configuration } from "../../config/schema.ts";
import { applicationChain, chainId } from "../chain.ts";
import { fleetChain, heldApplications } from "../chains.ts";
import { placedApplications, type PlacedApplication } from "../glue/topology.ts";
import type { MachineImagePlan, MachineImagesPlan } from "./ImagesPlan.ts";
import { fleetApplications, toldOf } from "./fleet.ts";

/** The machine images that an environment builds; undefined where it builds none. */
export function machineImagesPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
): MachineImagesPlan | undefined {
  const { machineImages: settings, fleets } = configuration.environment;
  if (!settings) return undefined;
  const imaged = settings.fleets ?? Object.keys(fleets);
  const isLocal = settings.builder === "local";
  return {
    settings,
    local: isLocal ? imaged.map((fleet) => machineImagePlan(configuration, fleet, placed)) : [],
    // The AMI that they stand on brings its own kernel.
    cloud: isLocal
      ? []
      : imaged.map((fleet) => ({ fleet, chain: fleetChain(configuration, fleet, "container") })),
  };
}

/** The machine image of a fleet of the topology, whether it runs in the environment or not. */
export function machineImagePlan(
  configuration: Configuration,
  fleet: string,
  placed: readonly PlacedApplication[] = placedApplications(configuration),
): MachineImagePlan {
  const chain = fleetChain(configuration, fleet, "machine");
  const held = heldApplications(configuration, chain);
  const volumes = configuration.fleets[fleet]?.volumes ?? {};
  return {
    fleet,
    chain,
    volumes,
    held: Object.fromEntries(held.map((name) => [name, chainId(applicationChain(configuration, name))])),
    trial: {
      told: toldOf(configuration, placed, fleet),
      applications: fleetApplications(configuration, fleet),
      mounts: Object.keys(volumes),
    },
  };
}
