import type { Configuration } from "../../config/schema.ts";
import { hostsOfMembers } from "../../fleets/hosts/inventory.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import type { FleetHosts } from "../../plan/host.ts";

/** The edge that the whole plan has. */
export function edgeOf(configuration: Configuration): EdgeBoxPlan {
  const [edge] = environmentPlan(configuration).targets.flatMap((each) =>
    each.target === "containers" && each.edge ? [each.edge] : [],
  );
  if (!edge) throw new Error("expected an edge in the plan, got none");
  return edge;
}

/** As the program finds them, for hosts that the configuration names. */
export function hostsOf({ environment }: Configuration): Record<string, FleetHosts> {
  return Object.fromEntries(
    Object.entries(environment.fleets).flatMap(([fleet, { hosts }]) =>
      hosts ? [[fleet, hostsOfMembers(hosts)]] : [],
    ),
  );
}
