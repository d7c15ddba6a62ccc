import { metricsPort, publicPort, statePort } from "../../config/edge.ts";
import { usualStatus } from "../../plan/glue/healthCheck.ts";
import { stickyCookie } from "./sticky.ts";
import {
  nobodysBackend,
  publicFrontendName,
  publicRoutes,
  routeConditions,
  strippedPrefix,
  type Route,
} from "./routes.ts";
import { challengeRoute, challengeServers, tlsBind, tlsGlobal, tlsRedirect, type TlsPlan } from "./tls.ts";
import { applicationAlias, type PlacedApplication } from "../../plan/glue/topology.ts";

/** What the edge's configuration follows from. */
export interface EdgePlan {
  applications: readonly PlacedApplication[];
  /** How many boxes a fleet may have before its servers are told anew, by fleet. */
  slots: Readonly<Record<string, number>>;
  /** Mutable hosts beside a fleet's boxes, by fleet; `backup`: only while no box is healthy. */
  hosts: Readonly<Record<string, readonly { server: string; address: string; backup: boolean }[]>>;
  /** Host names of the load balancers that fleets of instances are behind, by fleet; they listen on each application's port. */
  balancers?: Readonly<Record<string, string>>;
  /** Addresses and ranges of proxies whose word on the client is taken. */
  proxies: readonly string[];
  /** Longest time that a stopping edge gives to what is in flight. */
  drainSeconds: number;
  /** Whether it tells Prometheus what it has done. Default: no. */
  hasMetrics?: boolean;
  /** Absent: without TLS. */
  tls?: TlsPlan;
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

/** How every server is checked. */
export const checkSettings = ["check", "inter", "250ms", "fall", "2", "rise", "1"] as const;

/** The text of HAProxy's configuration: two backends per application, servers from the engine's DNS, active checks. */
export function edgeConfiguration(plan: EdgePlan): string {
  const publics = plan.applications.filter((application) => application.public);
  return [
    ...globalSection(plan.drainSeconds, plan.tls),
    ...defaultsSection,
    `  timeout http-keep-alive ${idleSeconds(plan.drainSeconds)}s`,
    ...publicFrontend(publics, plan),
    ...(plan.hasMetrics ? metricsFrontend : []),
    ...plan.applications.flatMap((application) => internalFrontend(application, plan.drainSeconds)),
    ...plan.applications.flatMap((application) => backends(application, plan)),
    // The last ones: an edge knows by their places, too, which servers of the one before are whose.
    ...(publics.length > 0 && publicRoutes(plan.applications).rest === undefined ? nobody : []),
    ...(publics.length > 0 && plan.tls?.acme ? challengeServers : []),
  ].join("\n");
}

/** The web tier uses no connection that was idle for 4 s (`ttl`): one that is closed after this time is never in use. */
const internalIdleSeconds = 10;

/**
 * How long a connection may be idle. A stopping edge keeps idle ones until then, since a request may be on its way; less than
 * the drain, so that none is cut by its end.
 */
function idleSeconds(drainSeconds: number): number {
  return Math.max(1, Math.min(60, drainSeconds - 5));
}

function globalSection(drainSeconds: number, tls: TlsPlan | undefined): string[] {
  return [
    "global",
    "  log stdout format raw local0 notice",
    "  stats socket /run/haproxy/admin.sock mode 600 level admin",
    `  stats socket ipv4@127.0.0.1:${statePort} level user`,
    "  server-state-file /run/haproxy/servers.state",
    `  hard-stop-after ${drainSeconds}s`,
    ...(tls ? tlsGlobal : []),
    "resolvers engine",
    "  nameserver dns 127.0.0.11:53",
    "  accepted_payload_size 8192",
    "  timeout resolve 500ms",
    "  timeout retry 500ms",
    "  hold valid 1s",
  ];
}

// A request is tried again only where none of it reached an application, or where it may be repeated.
const defaultsSection = [
  "defaults",
  "  mode http",
  "  log global",
  "  load-server-state-from-file global",
  "  balance leastconn",
  "  option redispatch 1",
  "  retries 5",
  "  retry-on conn-failure empty-response",
  "  option idle-close-on-response",
  "  option dontlog-normal",
  "  timeout connect 2s",
  "  timeout client 75s",
  "  timeout server 75s",
  "  timeout http-request 15s",
  "  timeout queue 15s",
  "  timeout check 2s",
  `  default-server ${checkSettings.join(" ")} resolvers engine resolve-prefer ipv4 init-addr none`,
];

const noRepeat = "  http-request disable-l7-retry unless METH_GET or METH_HEAD or METH_OPTIONS";

function publicFrontend(
  publics: readonly PlacedApplication[],
  { applications, proxies, tls }: Pick<EdgePlan, "applications" | "proxies" | "tls">,
): string[] {
  if (publics.length === 0) return [];
  const { routes, rest } = publicRoutes(applications);
  const bind = [
    ...[`  bind :${publicPort}`, ...(tls ? [tlsBind(tls)] : []), noRepeat],
    ...forwarded(proxies, tls),
  ];
  const known = publics.flatMap(({ name }) => knowServers(name));
  return [
    `frontend ${publicFrontendName}`,
    ...[
      ...bind,
      ...known,
      ...(tls?.acme ? [challengeRoute] : []),
      ...routes.flatMap((route) => routeTo(route.application, route)),
    ],
    ...(rest === undefined ? [`  default_backend ${nobodysBackend}`] : routeTo(rest)),
  ];
}

/** What no application is asked for. */
const nobody = [`backend ${nobodysBackend}`, "  http-request return status 404"];

const metricsFrontend = [
  "frontend metrics",
  `  bind :${metricsPort}`,
  "  http-request use-service prometheus-exporter if { path /metrics }",
  "  http-request return status 404",
];

/** By these a proxy tells of its client; some servers of applications take underscores for hyphens. */
const forwardedHeaders = "^(x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$";

/** A line of HAProxy's has 64 words at most. */
const proxiesInLine = 50;

/** What an application is told of the client: by a declared proxy, and else by the edge itself. */
function forwarded(proxies: readonly string[], tls: TlsPlan | undefined): string[] {
  const lines = Array.from({ length: Math.ceil(proxies.length / proxiesInLine) }, (_, line) =>
    proxies.slice(line * proxiesInLine, (line + 1) * proxiesInLine),
  );
  const told = (header: string, value: string) =>
    `  http-request set-header ${header} ${value} unless { req.hdr(${header}) -m found }`;
  const protocol = tls ? "%[ssl_fc,iif(https,http)]" : "http";
  return [
    ...lines.map((some) => `  acl from_proxy src ${some.join(" ")}`),
    `  http-request del-header ${forwardedHeaders} -m reg${lines.length > 0 ? " unless from_proxy" : ""}`,
    ...(tls ? tlsRedirect(tls, proxies.length > 0) : []),
    told("X-Forwarded-Proto", protocol),
    told("X-Forwarded-Host", "%[req.hdr(Host)]"),
    "  option forwardfor",
  ];
}

function internalFrontend(
  { name, port, edgePort = port }: PlacedApplication,
  drainSeconds: number,
): string[] {
  const idle = Math.min(internalIdleSeconds, idleSeconds(drainSeconds));
  const bind = [`  bind :${edgePort}`, `  timeout http-keep-alive ${idle}s`, noRepeat];
  return [`frontend to-${name}`, ...bind, ...knowServers(name), ...routeTo(name)];
}

/** An edge that stops checks nothing any more, and `nbsrv` counts no server of any backend: it goes by what it knew before. */
function knowServers(name: string): string[] {
  return [name, `${uncheckedBackend}${name}`].map(
    (backend) => `  http-request set-var(${serversOf(backend)}) nbsrv(${backend}) unless { stopping }`,
  );
}

/** The variable of the edge with the number of a backend's servers that may be asked; names of variables have no hyphens. */
function serversOf(backend: string): string {
  return `proc.servers_${backend.replaceAll("-", "_")}`;
}

/** To an application: for requests of a route, or for all that come so far. */
function routeTo(name: string, route: Pick<Route, "hosts" | "below" | "path"> = {}): string[] {
  const conditions = routeConditions(route);
  const asked = conditions === "" ? "" : ` ${conditions}`;
  const unless = (backend: string) => `if${asked} { var(${serversOf(backend)}) -m int eq 0 }`;
  return [
    `  use_backend ${addressedBackend}${name} ${unless(`${uncheckedBackend}${name}`)}`,
    `  use_backend ${uncheckedBackend}${name} ${unless(name)}`,
    asked === "" ? `  default_backend ${name}` : `  use_backend ${name} if${asked}`,
  ];
}

function backends(application: PlacedApplication, plan: EdgePlan): string[] {
  const { name, fleet, health, healthHost = name, healthStatus = usualStatus } = application;
  const stripped = strippedPrefix(application);
  const kept = stickyCookie(application, plan.tls);
  const hosts = plan.hosts[fleet] ?? [];
  const hasReserve = plan.balancers?.[fleet] !== undefined || hosts.some(({ backup }) => backup);
  return [
    `backend ${name}`,
    "  option httpchk",
    ...(hasReserve ? ["  option allbackups"] : []),
    `  http-check send meth GET uri ${health} hdr Host ${healthHost}`,
    `  http-check expect status ${healthStatus}`,
    ...stripped,
    ...kept,
    ...servers(application, plan, (inReserve) => (inReserve ? " backup" : "")),
    `backend ${uncheckedBackend}${name}`,
    ...stripped,
    ...kept,
    ...servers(application, plan, () => " no-check"),
    ...addressed(application, plan, stripped),
  ];
}

function addressed(
  { name, fleet, port }: PlacedApplication,
  { balancers }: EdgePlan,
  stripped: readonly string[],
): string[] {
  const host = balancers?.[fleet] ?? applicationAlias(name);
  return [
    `backend ${addressedBackend}${name}`,
    ...stripped,
    `  http-request do-resolve(txn.address,engine,ipv4) str(${host})`,
    // Without an address the server of the next lines were the edge itself, again and again.
    "  http-request return status 503 unless { var(txn.address) -m found }",
    "  http-request set-dst var(txn.address)",
    `  http-request set-dst-port int(${port})`,
    "  server any 0.0.0.0:0 no-check",
  ];
}

/**
 * Where a load balancer leads to instances, containers and hosts are in reserve, as long as there are any.
 * @param options of a server that is in reserve, or is not.
 */
function servers(
  { name, fleet, port }: PlacedApplication,
  { slots, hosts, balancers }: EdgePlan,
  options: (inReserve: boolean) => string,
): string[] {
  const balancer = balancers?.[fleet];
  const template = (prefix: string, count: number, address: string, inReserve: boolean) =>
    `  server-template ${prefix} ${count} ${address}:${port}${options(inReserve)}`;
  const room = slots[fleet] ?? serverSlots(1);
  return [
    ...(balancer === undefined ? [] : [template(balancerServer, balancerSlots, balancer, false)]),
    template(`${name}-`, room, applicationAlias(name), balancer !== undefined),
    ...(hosts[fleet] ?? []).map(
      ({ server, address, backup }) => `  server ${server} ${address}:${port}${options(backup)}`,
    ),
  ];
}
