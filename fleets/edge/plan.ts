import type { TlsSettings } from "../../config/edge.ts";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import { serverName, type FleetHosts } from "../../plan/host.ts";
import type { EdgePlan } from "./configuration.ts";
import { refuseTooLong } from "./limits.ts";
import type { TlsPlan } from "./tls.ts";
import { serverSlots } from "./servers.ts";

/**
 * What the edge's configuration follows from; `hosts` of each fleet that has mutable hosts, as they were found.
 * @throws ConfigurationError when it would be too long.
 */
export function edgePlan(
  {
    applications,
    fleets,
    settings,
    drainSeconds,
  }: Pick<EdgeBoxPlan, "applications" | "fleets" | "settings" | "drainSeconds">,
  hosts: Readonly<Record<string, FleetHosts>> = {},
): EdgePlan {
  const dealt = Object.keys(fleets).filter((name) => fleets[name]?.isDealt);
  const plan: EdgePlan = {
    applications,
    slots: Object.fromEntries(Object.entries(fleets).map(([name, { boxes }]) => [name, serverSlots(boxes)])),
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([fleet, found]) => [
        fleet,
        found.hosts.map(({ name, address }) => ({
          server: serverName(name),
          address,
          backup: fleets[fleet]?.mutable !== true,
        })),
      ]),
    ),
    proxies: settings.proxies,
    drainSeconds,
    ...(dealt.length > 0 && { dealt }),
    hasMetrics: settings.metrics !== undefined,
    ...(settings.maintenance && { maintenance: settings.maintenance }),
    ...(settings.tls && { tls: tlsPlan(settings.tls) }),
  };
  refuseTooLong(plan);
  return plan;
}

function tlsPlan({ port, redirect, acme }: TlsSettings): TlsPlan {
  return { port, redirect, ...(acme && { acme: true as const }) };
}
