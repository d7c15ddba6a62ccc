import type { AwsSettings } from "../../config/instances.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";

/** The balancers' security groups; every fleet has one more, `fleet-<name>`. */
export type Party = "public" | "internal" | `fleet-${string}`;

/** One kind of connection that is needed; all others are closed. An end is a party, or addresses. */
export interface Flow {
  from: Party | { addresses: string };
  to: Party | { addresses: string };
  port: number;
}

export interface FlowPlan {
  aws: Pick<AwsSettings, "certificate" | "clients">;
  applications: readonly PlacedApplication[];
  /** Ports of the accessories that each fleet uses; they lie at addresses of their own. */
  accessoryPorts: Readonly<Record<string, readonly number[]>>;
  /** Where requests come in by an edge, and not by a public balancer. */
  edge?: EdgeFlows | undefined;
}

/** The edge before the boxes: whence it comes, and where they reach the applications that it has elsewhere. */
export interface EdgeFlows {
  range: string;
  /** An address range of one address. */
  address?: string | undefined;
  /** Ports of the applications elsewhere. */
  ports: readonly number[];
}

const anywhere = { addresses: "0.0.0.0/0" };

/** Every connection that the boxes and balancers need. */
export function flows({ aws, applications, accessoryPorts, edge }: FlowPlan): Flow[] {
  const fleets = [...new Set(applications.map(({ fleet }) => fleet))];
  const entries = edge ? [] : applications.filter((each) => each.public);
  return [
    ...(edge ? edgeFlows(edge, applications, fleets) : []),
    ...(entries.length > 0 ? entryFlows(aws) : []),
    ...entries.map(({ fleet, port }): Flow => ({ from: "public", to: `fleet-${fleet}`, port })),
    ...applications.map(({ fleet, port }): Flow => ({ from: "internal", to: `fleet-${fleet}`, port })),
    ...fleets.flatMap((fleet) =>
      applications.map(({ port }): Flow => ({ from: `fleet-${fleet}`, to: "internal", port })),
    ),
    // The services of AWS: session manager, parameters.
    ...fleets.map((fleet): Flow => ({ from: `fleet-${fleet}`, to: anywhere, port: 443 })),
    ...fleets.flatMap((fleet) =>
      (accessoryPorts[fleet] ?? []).map((port): Flow => ({ from: `fleet-${fleet}`, to: anywhere, port })),
    ),
  ];
}

/** The edge comes to the internal balancer, and boxes to the edge for what is elsewhere. */
function edgeFlows(
  { range, address, ports }: EdgeFlows,
  applications: FlowPlan["applications"],
  fleets: readonly string[],
): Flow[] {
  const there = address === undefined ? [] : ports.map((port) => ({ to: { addresses: address }, port }));
  return [
    ...applications.map(({ port }): Flow => ({ from: { addresses: range }, to: "internal", port })),
    ...fleets.flatMap((fleet) => there.map((each): Flow => ({ from: `fleet-${fleet}`, ...each }))),
  ];
}

function entryFlows({ certificate, clients }: FlowPlan["aws"]): Flow[] {
  const ports = certificate === undefined ? [80] : [80, 443];
  return clients.flatMap((addresses) =>
    ports.map((port): Flow => ({ from: { addresses }, to: "public", port })),
  );
}

/** Every party that has a security group. */
export function parties(plan: FlowPlan): Party[] {
  const ends = flows(plan).flatMap(({ from, to }) => [from, to]);
  return [...new Set(ends.filter((end) => typeof end === "string"))].sort();
}

/** `public-fleet-web-8080`: the name of a flow's rules. */
export function flowName({ from, to, port }: Flow): string {
  return [from, to, port]
    .map((part) => (typeof part === "object" ? part.addresses.replace(/[./]/g, "-") : String(part)))
    .join("-");
}
