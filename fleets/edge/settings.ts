import { metricsPort, publicPort, tlsPort } from "../../config/edge.ts";
import type { EdgeSettings } from "../../config/schema.ts";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import type { FleetLimits } from "../../plan/limits.ts";
import type { LogPlan } from "../../plan/logs.ts";
import { restartPolicy } from "../box/restart.ts";
import type { EdgePlan } from "./configuration.ts";

/** What the edge's box may do. */
export function edgeLimits({ drainSeconds }: Pick<EdgePlan, "drainSeconds">, logs?: LogPlan): FleetLimits {
  return { init: "foreground", volatile: [], capabilities: [], drainSeconds, ...(logs && { logs }) };
}

/**
 * The arguments of the door's container, apart from its image, name and network.
 * The ports of all applications are published for hosts where there is an address for it.
 */
export function doorSettings(
  { port, address, internalAddress, migrateConnections, tls, metrics }: EdgeSettings,
  { ports: applicationPorts, published = [] }: Pick<EdgeBoxPlan, "ports" | "published">,
) {
  const internal = internalAddress === undefined ? [] : [...applicationPorts].sort((a, b) => a - b);
  return {
    entrypoints: ["/bin/sleep"],
    command: ["infinity"],
    user: "65534:65534",
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    ports: [
      { internal: publicPort, external: port, ip: address },
      ...(tls ? [{ internal: tlsPort, external: tls.port, ip: address }] : []),
      ...(metrics ? [{ internal: metricsPort, external: metrics.port, ip: metrics.address }] : []),
      ...published.map((each) => ({ ...each, ip: address })),
      ...internal.map((each) => ({ internal: each, external: each, ip: internalAddress ?? "" })),
    ],
    sysctls: {
      "net.ipv4.ip_unprivileged_port_start": "0",
      ...(migrateConnections && { "net.ipv4.tcp_migrate_req": "1" }),
    },
    stopSignal: "SIGKILL",
    restart: restartPolicy,
  };
}
