import { furtherPortName } from "../../config/ports.ts";
import type { PlacedApplication, PlacedPort } from "../../plan/glue/topology.ts";
import { healthRules } from "./checks.ts";
import { forwarded } from "./forwarded.ts";
import {
  addressedBackend,
  hasReserve,
  inTurns,
  knowServers,
  noRepeat,
  servers,
  toAddress,
  toServers,
  uncheckedBackend,
  type Rules,
  type ServersPlan,
} from "./servers.ts";

/** What the sections of further ports follow from. */
export interface PortsPlan extends ServersPlan {
  applications: readonly PlacedApplication[];
  /** Addresses and ranges of proxies whose word on the client is taken. */
  proxies: readonly string[];
}

/** How long a connection of plain TCP, or a call of gRPC's, may be silent. */
const silentFor = "1h";

/**
 * The frontends and backends of the applications' further ports. They follow all others: an edge knows by their places, too, which
 * servers of the one before are whose.
 * @param idleSeconds how long a connection of HTTP may be idle.
 */
export function portSections(plan: PortsPlan, idleSeconds: number): string[] {
  return plan.applications.flatMap((application) =>
    (application.ports ?? []).flatMap((port) => [
      ...frontend(application, port, plan.proxies, idleSeconds),
      ...backends(application, port, plan),
    ]),
  );
}

function frontend(
  { name }: PlacedApplication,
  { name: own, port, edgePort = port, protocol, published }: PlacedPort,
  proxies: readonly string[],
  idleSeconds: number,
): string[] {
  const served = furtherPortName(name, own);
  const head = [`frontend to-${served}`, `  bind :${edgePort}`];
  const silent = `  timeout client ${silentFor}`;
  if (protocol === "tcp")
    return [
      ...head,
      ...["  mode tcp", "  no option idle-close-on-response", silent],
      ...knowServers(served, "tcp-request content"),
      ...toServers(served),
    ];
  return [
    ...head,
    `  timeout http-keep-alive ${idleSeconds}s`,
    ...(protocol === "grpc" ? [silent] : []),
    noRepeat,
    // Boxes tell of a client what they were told; whoever comes from elsewhere does not.
    ...(published ? forwarded(proxies) : []),
    ...knowServers(served),
    ...toServers(served),
  ];
}

/** A box is asked for its application's health, and whether it takes connections at the port. */
function backends(
  application: PlacedApplication,
  { name: own, port, protocol }: PlacedPort,
  plan: PortsPlan,
): string[] {
  const { name, fleet } = application;
  const served = { name: furtherPortName(name, own), application: name, fleet, port };
  const rules: Rules = protocol === "tcp" ? "tcp-request content" : "http-request";
  const mode = [
    ...(protocol === "tcp" ? ["  mode tcp"] : []),
    ...(protocol === "http" ? [] : [`  timeout server ${silentFor}`]),
  ];
  const speaks = protocol === "grpc" ? " proto h2" : "";
  return [
    `backend ${served.name}`,
    ...mode,
    ...inTurns(fleet, plan),
    "  option httpchk",
    ...(hasReserve(fleet, plan) ? ["  option allbackups"] : []),
    `  http-check connect port ${application.port}`,
    ...healthRules(application),
    `  http-check connect port ${port}`,
    ...servers(served, plan, (inReserve) => `${speaks}${inReserve ? " backup" : ""}`),
    `backend ${uncheckedBackend}${served.name}`,
    ...mode,
    ...servers(served, plan, () => `${speaks} no-check`),
    `backend ${addressedBackend}${served.name}`,
    ...mode,
    ...toAddress(served, plan, rules, protocol === "tcp" ? "reject" : "return status 503"),
    `  server any 0.0.0.0:0 no-check${speaks}`,
  ];
}
