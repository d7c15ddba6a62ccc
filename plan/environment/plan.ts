import type { Configuration } from "../../config/schema.ts";
import { placedApplications, type PlacedApplication } from "../glue/topology.ts";
import { beanstalkPlan } from "./beanstalk.ts";
import { containersPlan } from "./containers.ts";
import type { EnvironmentPlan } from "./EnvironmentPlan.ts";
import type { TargetPlan } from "./TargetPlan.ts";
import { placedOn } from "./fleet.ts";
import { handoverPlan } from "./handover.ts";
import { hostsPlan } from "./hosts.ts";
import { imagesPlan } from "./images.ts";
import { instancesPlan } from "./instances.ts";
import { machineImagesPlan } from "./machineImages.ts";
import { swarmPlan } from "./swarm.ts";

/** All that runs in an environment and all that is built for it, from a configuration that was checked. */
export function environmentPlan(configuration: Configuration): EnvironmentPlan {
  const { environment } = configuration;
  const { release, promoteFrom, requireSigned, generatedSecrets, rotatedSecrets } = environment;
  const placed = placedApplications(configuration);
  const targets = targetPlans(configuration, placed);
  const machineImages = machineImagesPlan(configuration, placed);
  return {
    images: imagesPlan(configuration, targets, machineImages),
    ...(machineImages && { machineImages }),
    targets,
    hosts: Object.fromEntries(
      Object.entries(environment.fleets).flatMap(([name, { hosts }]) => (hosts ? [[name, hosts]] : [])),
    ),
    generatedSecrets: generatedSecrets.map((name) => {
      const rotated = rotatedSecrets[name];
      return { name, ...(rotated !== undefined && { rotated }) };
    }),
    takes: { ...(release !== undefined && { release }), ...(promoteFrom !== undefined && { promoteFrom }) },
    requiresSigned: requireSigned ?? (release !== undefined || promoteFrom !== undefined),
  };
}

function targetPlans(configuration: Configuration, placed: readonly PlacedApplication[]): TargetPlan[] {
  const on = (target: TargetPlan["target"]) => placedOn(configuration.environment, target);
  const beanstalk = on("beanstalk");
  const instances = on("instances");
  const handovers = on("handover");
  const hosts = on("hosts");
  // Nothing else is in its environments.
  if (beanstalk.length > 0) return [beanstalkPlan(configuration, placed, beanstalk)];
  if (configuration.environment.swarm) return [swarmPlan(configuration, placed)];
  const isOnAws = instances.length + handovers.length > 0;
  const onEngines = configuration.environment.edge !== undefined || !isOnAws;
  return [
    ...(instances.length > 0 ? [instancesPlan(configuration, placed, instances)] : []),
    ...(handovers.length > 0 ? [handoverPlan(configuration, placed, handovers)] : []),
    ...(onEngines ? [containersPlan(configuration, placed, on("containers"))] : []),
    ...(hosts.length > 0 ? [hostsPlan(configuration, placed, hosts)] : []),
  ];
}
