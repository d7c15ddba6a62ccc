import { belowOf, restOf } from "../../config/routes.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";

/** Requests that go to a public application: those for some host names, or for all, and of these for a path or for all. */
export interface Route {
  application: string;
  hosts?: readonly string[];
  /** Whether the host names meant are those with one label more than these. */
  below?: true;
  path?: string;
}

/** The public frontend's name: requests that come by it may have a path's prefix. */
export const publicFrontendName = "public";

/** The backend of requests that no application gets; no application's name has an underscore. */
export const nobodysBackend = "no_application";

/** A line of HAProxy's has 64 words and 2048 characters at most; a host name has up to 253 of these, and a path 255. */
const hostsInLine = 5;

/**
 * What leads to the public applications, in the order in which it is looked at; the first that fits counts. Host names decide before
 * paths, whole ones before those with a wildcard, and longer paths before shorter ones.
 * @returns the routes, none where there is one application that gets all; and which application gets what is left, if any does.
 */
export function publicRoutes(applications: readonly PlacedApplication[]): { routes: Route[]; rest?: string } {
  const publics = applications.filter((application) => application.public);
  const rest = restOf(publics)?.name;
  if (publics.length === 1 && rest !== undefined) return { routes: [], rest };
  const own = publics.flatMap(routesTo);
  const all = [...own, ...(own.every(isWhole) ? [] : routesByRest(applications, rest))];
  const routes = [isWhole, isBelow, isAnywhere].flatMap((isOfKind) => longestPathFirst(all.filter(isOfKind)));
  return { routes, ...(rest !== undefined && { rest }) };
}

/** The whole names of applications that are not public lead to the web tier, which gets what is left: no wildcard takes them, or path of all names. */
function routesByRest(applications: readonly PlacedApplication[], rest: string | undefined): Route[] {
  if (rest === undefined) return [];
  const hidden = applications.flatMap((each) => (each.public ? [] : each.hosts));
  return inLines(hidden).map((hosts) => ({ application: rest, hosts }));
}

const isWhole = ({ hosts, below }: Route) => hosts !== undefined && !below;
const isBelow = ({ below }: Route) => below === true;
const isAnywhere = ({ hosts }: Route) => hosts === undefined;

/** In the order of before where they are equal. */
function longestPathFirst(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => (b.path ?? "").length - (a.path ?? "").length);
}

function routesTo({ name, hosts, pathPrefixes }: PlacedApplication): Route[] {
  const whole = hosts.filter((host) => belowOf(host) === undefined);
  const below = hosts.flatMap((host) => belowOf(host) ?? []);
  const places: Omit<Route, "application" | "path">[] = [
    ...inLines(whole).map((some) => ({ hosts: some })),
    ...inLines(below).map((some) => ({ hosts: some, below: true as const })),
    // Without a path of its own, too, it would get everything: that is what the rest is for.
    ...(hosts.length === 0 && pathPrefixes ? [{}] : []),
  ];
  return places.flatMap((place) =>
    (pathPrefixes ?? [undefined]).map((path) => ({
      ...{ application: name, ...place },
      ...(path !== undefined && { path }),
    })),
  );
}

function inLines(hosts: readonly string[]): string[][] {
  const lines = Math.ceil(hosts.length / hostsInLine);
  return Array.from({ length: lines }, (_, line) =>
    hosts.slice(line * hostsInLine, (line + 1) * hostsInLine),
  );
}

/** The conditions under which a request takes a route, as HAProxy has them; empty: always. */
export function routeConditions({ hosts, below, path }: Pick<Route, "hosts" | "below" | "path">): string {
  return [
    ...(hosts ? [`{ hdr(host),field(1,:)${below ? ",field(2,.,0)" : ""} -i ${hosts.join(" ")} }`] : []),
    ...(path === undefined ? [] : [pathCondition(path)]),
  ].join(" ");
}

/** `/api/` is the beginning of what is asked for, with a slash more, when that is `/api`, or below it. */
function pathCondition(path: string): string {
  return `{ path,concat(/) -m beg ${path}/ }`;
}

/** What a backend does to requests that come with a prefix of the path, which its application is not to see. */
export function strippedPrefix({ pathPrefixes = [], stripPathPrefix }: PlacedApplication): string[] {
  if (!stripPathPrefix) return [];
  // The last that fits counts, which is the longest.
  const paths = pathPrefixes.toSorted((a, b) => a.length - b.length);
  return [
    ...paths.map(
      (path) => `  http-request set-var(txn.prefix) str(${path}) if ${isPublic} ${pathCondition(path)}`,
    ),
    "  http-request set-header X-Forwarded-Prefix %[req.hdr(X-Forwarded-Prefix)]%[var(txn.prefix)] if { var(txn.prefix) -m found }",
    ...paths.map(
      (path) =>
        `  http-request set-path /%[path,bytes(${path.length + 1})] if { var(txn.prefix) -m str ${path} }`,
    ),
  ];
}

/** Boxes ask each other without it. */
const isPublic = `{ fe_name ${publicFrontendName} }`;
