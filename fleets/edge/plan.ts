import type { Configuration } from "../../config/schema.ts";
import { placedApplications } from "../../plan/glue/topology.ts";
import { serverName, type FleetHosts } from "../../plan/host.ts";
import { serverSlots, type EdgePlan } from "./configuration.ts";

/** What the edge's configuration follows from; `hosts` of each fleet that has mutable hosts. */
export function edgePlan(
  configuration: Configuration,
  hosts: Readonly<Record<string, FleetHosts>> = {},
): EdgePlan {
  const { fleets } = configuration.environment;
  return {
    applications: placedApplications(configuration),
    slots: Object.fromEntries(Object.entries(fleets).map(([name, { boxes }]) => [name, serverSlots(boxes)])),
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([fleet, found]) => [
        fleet,
        found.hosts.map(({ name, address }) => ({
          server: serverName(name),
          address,
          backup: fleets[fleet]?.target !== "hosts",
        })),
      ]),
    ),
    drainSeconds: Math.max(30, ...Object.values(fleets).map(({ drainSeconds }) => drainSeconds)),
  };
}
