import type { Configuration } from "../config/schema.ts";
import { blankVolumeDevice } from "../images/disk/index.ts";
import type { BootRequest } from "../images/machine/request.ts";
import { boxEnvironment } from "../plan/glue/boxEnvironment.ts";
import { configuredEnvironment } from "../plan/glue/configuredEnvironment.ts";
import { withSecrets } from "../config/secretValues.ts";
import { userData } from "./instances/userData.ts";

/**
 * How a box of a fleet is tried before its machine image is published: it is told what the fleet's boxes are told, except that
 * no secret leaves the stack, and every application must answer its health check. One that uses accessories cannot be
 * healthy without them; it must start, and say so. Blank volumes take the place of those that the fleet declares. `held` has
 * the ids of the container images that the machine image holds.
 */
export function bootTrialOf(
  configuration: Configuration,
  fleet: string,
  held: Readonly<Record<string, string>> = {},
): Pick<BootRequest, "healthPaths" | "userData" | "blankVolumes"> {
  const { applications } = configuration;
  const names = configuration.fleets[fleet]?.applications ?? [];
  const own = Object.entries(configuredEnvironment(configuration, fleet)).map(
    ([name, value]) => [name, withoutSecrets(String(value))] as const,
  );
  const mounts = Object.keys(configuration.fleets[fleet]?.volumes ?? {});
  const volumes = mounts.map((mount, index) => `${mount}=${blankVolumeDevice(index)}`).join(" ");
  const told = {
    ...boxEnvironment(configuration, fleet),
    ...Object.fromEntries(own),
    FLEET_BOX: "boot-test",
    // No edge looks at it.
    DRAIN_SECONDS: "0",
    ...(mounts.length > 0 && { FLEET_VOLUMES: volumes }),
  };
  return {
    healthPaths: names.flatMap((name) => {
      const application = applications[name];
      if (!application) return [];
      const { port, health, uses } = application;
      const digest = held[name];
      return [{ port, path: health, alone: uses.length === 0, ...(digest !== undefined && { digest }) }];
    }),
    blankVolumes: mounts.length,
    userData: userData({ environment: told, parameters: null, region: "" }),
  };
}

function withoutSecrets(value: string): string {
  return withSecrets(value, new Proxy({}, { get: () => "boot-test" }));
}
