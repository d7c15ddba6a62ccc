import type { MaintenanceSettings } from "../../config/edge.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";
import { programText } from "../box/programText.ts";
import { publicRoutes, routeConditions } from "./routes.ts";
import { sourceLines } from "./sources.ts";
import { challengePath, type TlsPlan } from "./tls.ts";

/** The cookie, the header and the parameter of a link by which somebody comes in all the same. */
export const wayIn = { cookie: "way-in", header: "X-Way-In", parameter: "way-in" } as const;

/** In a folder that old and new edges share: which applications are under maintenance, a line each, with the word that lets somebody in. */
export function maintenanceMap(folder: string): string {
  return `${folder}/maintenance/map`;
}

/**
 * What the public frontend does for applications that are under maintenance: nothing, while the map has none. Who asks by the link is given the
 * cookie; who has that, or the header, or comes from a declared address, is let through.
 */
export function maintenanceRules(
  applications: readonly PlacedApplication[],
  { text, retryAfterSeconds, addresses }: MaintenanceSettings,
  map: string,
  tls: TlsPlan | undefined,
): string[] {
  const { routes, rest } = publicRoutes(applications);
  const meant = (name: string, conditions = "") =>
    `  http-request set-var(txn.application) str(${name}) if${conditions === "" ? "" : ` ${conditions}`} !{ var(txn.application) -m found }`;
  const known = (fetch: string) => `{ ${fetch},secure_memcmp(txn.way_in) }`;
  const secure = tls?.redirect ? "; Secure" : "";
  const cookie = `${wayIn.cookie}=%[var(txn.way_in)]; Path=/; HttpOnly; SameSite=Lax${secure}`;
  const head = [`hdr Retry-After ${retryAfterSeconds}`, "hdr Cache-Control no-store"].join(" ");
  const others = [
    ...(addresses.length > 0 ? ["!from_home"] : []),
    // The authority's question is for the edge.
    ...(tls?.acme ? [`!{ path_beg ${challengePath} }`] : []),
    `!${known(`req.cook(${wayIn.cookie})`)}`,
    `!${known(`req.hdr(${wayIn.header})`)}`,
  ];
  return [
    ...sourceLines("from_home", addresses),
    ...routes.map((route) => meant(route.application, routeConditions(route))),
    ...(rest === undefined ? [] : [meant(rest)]),
    `  http-request set-var(txn.way_in) var(txn.application),map_str(${map})`,
    `  http-request return status 303 hdr Location %[path] hdr Set-Cookie "${cookie}" hdr Cache-Control no-store if ${known(`url_param(${wayIn.parameter})`)}`,
    `  http-request return status 503 content-type "text/html; charset=utf-8" ${head} string ${quoted(page(text))} if { var(txn.way_in) -m found } ${others.join(" ")}`,
    `  http-request del-header ${wayIn.header}`,
  ];
}

function page(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const look = "font:1.2rem system-ui;max-width:40rem;margin:20vh auto;padding:0 1rem;text-align:center";
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>503</title><body style="${look}"><p>${escaped}</p></body></html>`;
}

/** A word of HAProxy's, whatever is in it. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, "\\$&")}"`;
}

/** How the program of an edge is started that has the map: it is there, empty at first, before HAProxy reads it. */
export function withMaintenanceMap(python: string, folder: string, command: readonly string[]): string[] {
  return [
    python,
    "-I",
    "-c",
    programText(import.meta.dirname, "maintenanceMap.py"),
    maintenanceMap(folder),
    ...command,
  ];
}

/** The program that changes the map: of whoever has an edge run it, the lines come by standard input. */
export function changingMaintenance(): string {
  return programText(import.meta.dirname, "changeMaintenance.py");
}
