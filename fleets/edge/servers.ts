import { applicationAlias } from "../../plan/glue/topology.ts";

/** What the servers of a fleet's backends follow from. */
export interface ServersPlan {
  /** How many boxes a fleet may have before its servers are told anew, by fleet. */
  slots: Readonly<Record<string, number>>;
  /** Mutable hosts beside a fleet's boxes, by fleet; `backup`: only while no box is healthy. */
  hosts: Readonly<Record<string, readonly { server: string; address: string; backup: boolean }[]>>;
  /** Fleets whose requests are dealt in turns, by weight; absent: none, each goes to the box that has the fewest. */
  dealt?: readonly string[];
  /** Host names of the load balancers that fleets of instances are behind, by fleet; they listen on each application's port. */
  balancers?: Readonly<Record<string, string>>;
}

/** What is served by a backend: an application, or one of its further ports. */
export interface Served {
  /** The backend's name. */
  name: string;
  application: string;
  fleet: string;
  port: number;
}

/**
 * How many servers a backend has room for: four times the boxes (old and new ones meet in a swap, and failed ones may be
 * left over), as a power of two from 16 up, so that scaling seldom changes the edge.
 */
export function serverSlots(boxes: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2(boxes * 4)));
}

/** How the servers of a load balancer are named, before their number. */
export const balancerServer = "balancer-";
/** How many addresses of a load balancer a backend has room for: its name has eight at most. */
const balancerSlots = 8;

/**
 * How the backend is named, before the application, that has the same servers unchecked. It gets the requests while the checks hold
 * no server for healthy (Envoy's panic routing): boxes that are all slow for a moment answer late, then, instead of not at all.
 */
export const uncheckedBackend = "unchecked_";

/**
 * How the backend is named, before the application, that gets the requests while the edge knows the address of no server: it was
 * killed and started again, alone, with requests waiting at the door. It has the engine's DNS asked for each request, which waits for the answer.
 */
export const addressedBackend = "addressed_";

/** Of a frontend: what may not be repeated is not tried again. */
export const noRepeat = "  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS";

/** What the rules of a section are said of: requests, or connections of whatever is spoken. */
export type Rules = "http-request" | "tcp-request content";

/** An edge that stops checks nothing any more, and `nbsrv` counts no server of any backend: it goes by what it knew before. */
export function knowServers(name: string, rules: Rules = "http-request"): string[] {
  return [name, `${uncheckedBackend}${name}`].map(
    (backend) => `  ${rules} set-var(${serversOf(backend)}) nbsrv(${backend}) unless { stopping }`,
  );
}

/** The variable of the edge with the number of a backend's servers that may be asked; names of variables have no hyphens. */
function serversOf(backend: string): string {
  return `proc.servers_${backend.replaceAll("-", "_")}`;
}

/** To what is served by a name: for requests under some conditions (HAProxy's), or for all that come so far. */
export function toServers(name: string, conditions = ""): string[] {
  const asked = conditions === "" ? "" : ` ${conditions}`;
  const unless = (backend: string) => `if${asked} { var(${serversOf(backend)}) -m int eq 0 }`;
  return [
    `  use_backend ${addressedBackend}${name} ${unless(`${uncheckedBackend}${name}`)}`,
    `  use_backend ${uncheckedBackend}${name} ${unless(name)}`,
    asked === "" ? `  default_backend ${name}` : `  use_backend ${name} if${asked}`,
  ];
}

/** The rules by which what comes goes to an address that the engine's DNS is asked for. @param refusal what becomes of it without one. */
export function toAddress(
  { application, fleet, port }: Served,
  { balancers }: ServersPlan,
  rules: Rules,
  refusal: string,
): string[] {
  const host = balancers?.[fleet] ?? applicationAlias(application);
  return [
    `  ${rules} do-resolve(txn.address,engine,ipv4) str(${host})`,
    // Without an address the server of the next lines were the edge itself, again and again.
    `  ${rules} ${refusal} unless { var(txn.address) -m found }`,
    `  ${rules} set-dst var(txn.address)`,
    `  ${rules} set-dst-port int(${port})`,
  ];
}

/**
 * How requests are dealt where old and new boxes have shares. Who has the fewest gets the next one, elsewhere; but while there is little to do
 * all boxes have none, and the share of each were the same, whatever it weighs.
 */
export function inTurns(fleet: string, { dealt = [] }: ServersPlan): string[] {
  return dealt.includes(fleet) ? ["  balance roundrobin"] : [];
}

/** Whether a fleet has servers that are asked only while others are not healthy. */
export function hasReserve(fleet: string, { hosts, balancers }: ServersPlan): boolean {
  return balancers?.[fleet] !== undefined || (hosts[fleet] ?? []).some(({ backup }) => backup);
}

/**
 * Where a load balancer leads to instances, containers and hosts are in reserve, as long as there are any.
 * @param options of a server that is in reserve, or is not.
 */
export function servers(
  { name, application, fleet, port }: Served,
  { slots, hosts, balancers, dealt = [] }: ServersPlan,
  options: (inReserve: boolean) => string,
): string[] {
  const balancer = balancers?.[fleet];
  const template = (prefix: string, count: number, address: string, inReserve: boolean) =>
    `  server-template ${prefix} ${count} ${address}:${port}${options(inReserve)}`;
  const room = slots[fleet] ?? serverSlots(1);
  // The weights of the edge before are those of its servers: here they must be the same boxes.
  const same = dealt.includes(fleet) ? " init-addr last,none" : "";
  return [
    ...(balancer === undefined ? [] : [template(balancerServer, balancerSlots, balancer, false)]),
    `${template(`${name}-`, room, applicationAlias(application), balancer !== undefined)}${same}`,
    ...(hosts[fleet] ?? []).map(
      ({ server, address, backup }) => `  server ${server} ${address}:${port}${options(backup)}`,
    ),
  ];
}
