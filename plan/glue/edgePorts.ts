import { createHash } from "node:crypto";
import { metricsPort, publicPort, statePort, tlsPort } from "../../config/edge.ts";
import { furtherPortName, furtherPorts, type PortsWritten } from "../../config/ports.ts";

/** Where ports are found for applications whose own one is taken: below those that kernels give to clients (32768 and more). */
const firstPort = 20_000;
const portRange = 10_000;

/** What of the configuration the edge's ports follow from. */
export interface EdgePortsOf {
  /** All of them, whatever an environment runs, so that a port stays while fleets come and go. */
  applications: Readonly<Record<string, { port?: number | undefined; ports?: PortsWritten }>>;
  edge?: { tls?: object | undefined; metrics?: object | undefined } | undefined;
}

/**
 * The port of the edge at which boxes reach each application: its own, unless the edge itself or an application before it has
 * that one; else one that follows from its name. Further ports come after all of these, by names of their own: `shop.smtp`.
 */
export function edgePorts({ applications, edge }: EdgePortsOf): ReadonlyMap<string, number> {
  const served = Object.entries(applications).flatMap(([name, { port }]) =>
    port === undefined ? [] : [[name, port] as const],
  );
  const taken = new Set([
    publicPort,
    statePort,
    ...(edge?.tls ? [tlsPort] : []),
    ...(edge?.metrics ? [metricsPort] : []),
  ]);
  const further = Object.entries(applications).flatMap(([name, application]) =>
    furtherPorts(application).map((each) => [furtherPortName(name, each.name), each.port] as const),
  );
  return new Map([...portsAmong(served, taken), ...portsAmong(further, taken)]);
}

/** The ports of those that want one, by name; `taken` has them afterwards. */
function portsAmong(wanted: readonly (readonly [string, number])[], taken: Set<number>): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [name, port] of wanted) {
    if (taken.has(port)) continue;
    taken.add(port);
    ports.set(name, port);
  }
  for (const [name] of wanted.filter(([each]) => !ports.has(each))) {
    let port = firstPort + (createHash("sha256").update(name).digest().readUInt32BE() % portRange);
    while (taken.has(port)) port = port + 1 < firstPort + portRange ? port + 1 : firstPort;
    taken.add(port);
    ports.set(name, port);
  }
  return ports;
}
