import type { Problem } from "../problem.ts";
import { acmeProblems } from "../references/acme.ts";
import { advisoryProblems } from "../references/advisories.ts";
import { applicationProblems } from "../references/applications.ts";
import { backupProblems } from "../references/backups.ts";
import { beanstalkProblems } from "../references/beanstalk.ts";
import { boxProblems } from "../references/boxes.ts";
import { canaryProblems } from "../references/canary.ts";
import { certificateProblems } from "../references/certificates.ts";
import { containersOnlyProblems } from "../references/containersOnly.ts";
import { deploymentProblems } from "../references/deployments.ts";
import { engineProblems } from "../references/engines.ts";
import { environmentProblems } from "../references/environment.ts";
import { existingImageProblems } from "../references/existingImages.ts";
import { fleetProblems } from "../references/fleets.ts";
import { heldProblems } from "../references/held.ts";
import { hostProblems } from "../references/hosts.ts";
import { instanceProblems } from "../references/instances.ts";
import { layerProblems } from "../references/layers.ts";
import { logProblems } from "../references/logs.ts";
import { machineImageProblems } from "../references/machineImages.ts";
import { packageBuildProblems } from "../references/packageBuilds.ts";
import { repositoryProblems } from "../references/packages.ts";
import { playProblems } from "../references/plays.ts";
import { promotionProblems } from "../references/promotion.ts";
import { renameProblems } from "../references/renames.ts";
import { scheduleProblems } from "../references/schedules.ts";
import { secretProblems } from "../references/secrets.ts";
import type { Surroundings } from "../references/surroundings.ts";
import { swarmProblems } from "../references/swarm.ts";
import { taskProblems } from "../references/tasks.ts";
import { secretValueProblems, variableProblems } from "../references/variables.ts";
import { volumeProblems } from "../references/volumes.ts";
import { workerProblems } from "../references/workers.ts";
import type { Configuration, Written } from "../schema.ts";

export type { Surroundings } from "../references/surroundings.ts";

/** Everything that is wrong between parts of a configuration whose shape is right: as it is written, and resolved. */
export function referenceProblems(
  written: Written,
  configuration: Configuration,
  surroundings: Surroundings,
): Problem[] {
  // What nobody wrote is no layer that one may name.
  const named = { ...configuration, layers: written.layers };
  return [
    ...layerProblems(named, surroundings),
    ...playProblems(named, surroundings),
    ...packageBuildProblems(named),
    ...repositoryProblems(named, surroundings),
    ...advisoryProblems(configuration),
    ...existingImageProblems(written, surroundings),
    ...applicationProblems(written),
    ...workerProblems(configuration),
    ...containersOnlyProblems(configuration),
    ...fleetProblems(configuration),
    ...boxProblems(configuration),
    ...volumeProblems(configuration),
    ...heldProblems(configuration),
    ...environmentProblems(named),
    ...acmeProblems(configuration),
    ...certificateProblems(configuration, surroundings),
    ...taskProblems(configuration),
    ...scheduleProblems(configuration),
    ...logProblems(configuration),
    ...variableProblems(configuration),
    ...secretValueProblems(surroundings.secretValues),
    ...engineProblems(configuration),
    ...swarmProblems(configuration),
    ...instanceProblems(configuration),
    ...canaryProblems(configuration),
    ...beanstalkProblems(configuration),
    ...machineImageProblems(configuration),
    ...hostProblems(configuration, surroundings),
    ...promotionProblems(configuration),
    ...renameProblems(configuration),
    ...deploymentProblems(configuration, surroundings),
    ...backupProblems(configuration, surroundings.secrets),
    ...secretProblems(configuration, surroundings.secrets),
  ];
}
