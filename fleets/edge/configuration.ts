import { metricsPort, publicPort, statePort, type MaintenanceSettings } from "../../config/edge.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";
import { checkSettings, healthRules } from "./checks.ts";
import { doorFolder } from "./doorFolder.ts";
import { forwarded } from "./forwarded.ts";
import { maintenanceMap, maintenanceRules } from "./maintenance.ts";
import { portSections } from "./ports.ts";
import {
  nobodysBackend,
  publicFrontendName,
  publicRoutes,
  routeConditions,
  strippedPrefix,
  type Route,
} from "./routes.ts";
import {
  addressedBackend,
  hasReserve,
  inTurns,
  knowServers,
  servers,
  toAddress,
  toServers,
  uncheckedBackend,
  noRepeat,
  type ServersPlan,
} from "./servers.ts";
import { stickyCookie } from "./sticky.ts";
import { challengeRoute, challengeServers, tlsBind, tlsGlobal, type TlsPlan } from "./tls.ts";

/** What the edge's configuration follows from. */
export interface EdgePlan extends ServersPlan {
  applications: readonly PlacedApplication[];
  /** Addresses and ranges of proxies whose word on the client is taken. */
  proxies: readonly string[];
  /** Longest time that a stopping edge gives to what is in flight. */
  drainSeconds: number;
  /** Whether it tells Prometheus what it has done. Default: no. */
  hasMetrics?: boolean;
  /** Absent: without TLS. */
  tls?: TlsPlan;
  /** Absent: no application is ever under maintenance. */
  maintenance?: MaintenanceSettings;
}

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
    ...portSections(plan, internalIdle(plan.drainSeconds)),
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

function internalIdle(drainSeconds: number): number {
  return Math.min(internalIdleSeconds, idleSeconds(drainSeconds));
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

function publicFrontend(
  publics: readonly PlacedApplication[],
  { applications, proxies, tls, maintenance }: EdgePlan,
): string[] {
  if (publics.length === 0) return [];
  const { routes, rest } = publicRoutes(applications);
  const bind = [
    ...[`  bind :${publicPort}`, ...(tls ? [tlsBind(tls)] : []), noRepeat],
    ...forwarded(proxies, tls),
    ...(maintenance ? maintenanceRules(applications, maintenance, maintenanceMap(doorFolder), tls) : []),
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

function internalFrontend(
  { name, port, edgePort = port }: PlacedApplication,
  drainSeconds: number,
): string[] {
  const bind = [`  bind :${edgePort}`, `  timeout http-keep-alive ${internalIdle(drainSeconds)}s`, noRepeat];
  return [`frontend to-${name}`, ...bind, ...knowServers(name), ...routeTo(name)];
}

/** To an application: for requests of a route, or for all that come so far. */
function routeTo(name: string, route: Pick<Route, "hosts" | "below" | "path"> = {}): string[] {
  return toServers(name, routeConditions(route));
}

function backends(application: PlacedApplication, plan: EdgePlan): string[] {
  const { name, fleet } = application;
  const served = { ...application, application: name };
  const stripped = strippedPrefix(application);
  const kept = stickyCookie(application, plan.tls);
  return [
    `backend ${name}`,
    ...inTurns(fleet, plan),
    "  option httpchk",
    ...(hasReserve(fleet, plan) ? ["  option allbackups"] : []),
    ...healthRules(application),
    ...stripped,
    ...kept,
    ...servers(served, plan, (inReserve) => (inReserve ? " backup" : "")),
    `backend ${uncheckedBackend}${name}`,
    ...stripped,
    ...kept,
    ...servers(served, plan, () => " no-check"),
    `backend ${addressedBackend}${name}`,
    ...stripped,
    ...toAddress(served, plan, "http-request", "return status 503"),
    "  server any 0.0.0.0:0 no-check",
  ];
}
