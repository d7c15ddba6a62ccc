import { withSecrets } from "../config/secretValues.ts";
import { blankVolumeDevice } from "../images/disk/index.ts";
import type { BootRequest } from "../images/machine/request.ts";
import type { TrialPlan } from "../plan/environment/ImagesPlan.ts";
import { toldAll } from "../plan/glue/told.ts";
import { userData } from "./instances/userData.ts";

/**
 * How a box of a fleet is tried before its machine image is published: it is told what the fleet's boxes are told, except that
 * no secret leaves the stack, and every application must answer its health check. One that uses accessories cannot be
 * healthy without them; it must start, and say so. Blank volumes take the place of those that the fleet declares. `held` has
 * the ids of the container images that the machine image holds.
 */
export function bootTrialOf(
  { told, applications, mounts }: TrialPlan,
  held: Readonly<Record<string, string>> = {},
): Pick<BootRequest, "healthPaths" | "userData" | "blankVolumes"> {
  const values = Object.entries(toldAll(told)).map(([name, value]) => [name, withoutSecrets(value)] as const);
  const volumes = mounts.map((mount, index) => `${mount}=${blankVolumeDevice(index)}`).join(" ");
  const environment = {
    ...Object.fromEntries(values),
    FLEET_BOX: "boot-test",
    // No edge looks at it.
    DRAIN_SECONDS: "0",
    ...(mounts.length > 0 && { FLEET_VOLUMES: volumes }),
  };
  return {
    healthPaths: applications.map(({ name, port, health, healthHost, healthStatus, uses }) => {
      const digest = held[name];
      return {
        ...{ port, path: health, alone: uses.length === 0 },
        ...(healthHost !== undefined && { host: healthHost }),
        ...(healthStatus !== undefined && { expected: healthStatus }),
        ...(digest !== undefined && { digest }),
      };
    }),
    blankVolumes: mounts.length,
    userData: userData({ environment, parameters: null, region: "" }),
  };
}

function withoutSecrets(value: string): string {
  return withSecrets(value, new Proxy({}, { get: () => "boot-test" }));
}
