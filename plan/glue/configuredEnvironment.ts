import type { Configuration } from "../../config/schema.ts";

/** Values of variables, secrets still as references. */
export type ConfiguredValues = Readonly<Record<string, string | number | boolean>>;

/** What the configuration gives to the boxes of a fleet: what each of its applications needs, then the fleet's own. */
export function configuredEnvironment(
  { fleets, environment }: Pick<Configuration, "fleets" | "environment">,
  fleet: string,
): ConfiguredValues {
  const ofApplications = (fleets[fleet]?.applications ?? []).map(
    (name) => environment.applications[name]?.environment ?? {},
  );
  return Object.assign({}, ...ofApplications, environment.fleets[fleet]?.environment) as ConfiguredValues;
}
