import type { InstanceFleetPlan } from "../../plan/environment/FleetPlan.ts";
import { urlAt } from "../../plan/glue/boxEnvironment.ts";
import { toldPlainly } from "../../plan/glue/told.ts";
import type { BootSettings } from "./userData.ts";

/**
 * What a fleet's boxes are told at their first boot, without their secrets.
 * @param balancer the host at which they reach the others on instances; undefined: it is not yet known.
 */
export function bootSettings(
  { told, balanced }: Pick<InstanceFleetPlan, "told" | "balanced">,
  region: string,
  parameters: string | null,
  balancer?: string,
): BootSettings {
  const known = Object.entries(balancer === undefined ? {} : balanced);
  const urls = Object.fromEntries(known.map(([name, port]) => [name, urlAt(balancer ?? "", port)]));
  return { environment: toldPlainly(told, urls), parameters, region };
}
