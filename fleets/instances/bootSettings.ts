import { edgeName } from "../../config/edge.ts";
import type { StackConfiguration } from "../../config/read/read.ts";
import { boxEnvironment } from "../../plan/glue/boxEnvironment.ts";
import { configuredEnvironment } from "../../plan/glue/configuredEnvironment.ts";
import { namesSecret, withSecrets } from "../../config/secretValues.ts";
import type { Secrets } from "./surroundings.ts";
import type { BootSettings } from "./userData.ts";

/** Variables whose values are secret are kept apart from the start: user data can be read by whoever may describe instances. */
export function split(configuration: Parameters<typeof configuredEnvironment>[0], fleet: string) {
  const entries = Object.entries(configuredEnvironment(configuration, fleet)).map(
    ([name, value]) => [name, String(value)] as const,
  );
  return {
    plain: Object.fromEntries(entries.filter(([, value]) => !namesSecret(value))),
    secret: Object.fromEntries(entries.filter(([, value]) => namesSecret(value))),
  };
}

/** The values with their secrets. */
export function filledIn(values: Readonly<Record<string, string>>, secrets: Secrets) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      secrets.apply((known) => withSecrets(value, known)),
    ]),
  );
}

/** What a fleet's boxes are told at their first boot; `host` is where they reach the others on instances. */
export function bootSettings(
  configuration: StackConfiguration,
  fleet: string,
  parameters: string | null,
  host = edgeName,
): BootSettings {
  const { aws, edge, fleets } = configuration.environment;
  const reach = (other: string) =>
    edge && fleets[other]?.target !== "instances" ? (edge.internalAddress ?? edgeName) : host;
  const { plain } = split(configuration, fleet);
  return {
    environment: { ...boxEnvironment(configuration, fleet, reach), ...plain },
    parameters,
    region: aws?.region ?? "",
  };
}
