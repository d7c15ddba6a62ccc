import { edgeName } from "../../config/edge.ts";
import { furtherPortName } from "../../config/ports.ts";
import { variableOf } from "../../config/variableOf.ts";
import type { PlacedApplication, Topology } from "./topology.ts";

/** What the boxes of a fleet are told of the others, wherever they are. */
export interface Glue {
  fleet: string;
  /** Where every application that runs is reached, by its name, in alphabetical order. */
  urls: Record<string, string>;
  /** `<APPLICATION>_<PORT>_URL` of their further ports of HTTP, `_ADDRESS` of others; absent: none has any. */
  ports?: Record<string, string>;
  /** `<ACCESSORY>_HOST` and `_PORT` of the accessories that the fleet's applications use. */
  accessories: Record<string, string>;
  /** Of the web tier alone: the host names of the applications that are not public themselves. */
  routes?: { host: string; application: string }[];
}

/**
 * The glue of a fleet's boxes; the same for any number of boxes.
 * @param placed the applications that run.
 * @param reach where whatever passes requests on to an application takes them; default: the edge.
 */
export function glueOf(
  topology: Pick<Topology, "applications" | "accessories" | "fleets" | "environment">,
  placed: readonly PlacedApplication[],
  fleet: string,
  reach: (application: PlacedApplication) => string = (application) => urlByEdge(edgeName, application),
): Glue {
  const isWebTier = placed.some((application) => application.fleet === fleet && application.public);
  const hidden = placed.filter((application) => !application.public);
  return {
    fleet,
    urls: Object.fromEntries(placed.map((application) => [application.name, reach(application)])),
    ...(placed.some(({ ports }) => ports) && { ports: portsEnvironment(placed, reach) }),
    accessories: accessoryEnvironment(topology, fleet),
    ...(isWebTier && {
      routes: hidden.flatMap(({ name, hosts }) => hosts.map((host) => ({ host, application: name }))),
    }),
  };
}

/** Where an application is reached by the edge, which has the host name or address. */
export function urlByEdge(host: string, { port, edgePort = port }: PlacedApplication): string {
  return urlAt(host, edgePort);
}

/** Where an application is reached, by the host that passes requests on to it. */
export function urlAt(host: string, port: number): string {
  return `http://${host}:${port}`;
}

/**
 * The environment that every box of a fleet is given so that its applications find the others. `<APPLICATION>_URL`: where an
 * application is reached, and `<APPLICATION>_<PORT>_URL` or `_ADDRESS` its further ports. `<ACCESSORY>_HOST` and `_PORT`: where the accessories are that the fleet's applications use.
 * `WEB_ROUTES`: `host=url` for each host name of an application that is not public itself, for the web tier.
 * @param known where some applications are reached, by name, that the plan could not know.
 */
export function boxEnvironment(
  { fleet, urls, ports, accessories, routes }: Glue,
  known: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const url = (application: string) => known[application] ?? urls[application] ?? "";
  return {
    FLEET: fleet,
    ...Object.fromEntries(Object.keys(urls).map((name) => [`${variableOf(name)}_URL`, url(name)])),
    ...ports,
    ...accessories,
    ...(routes && {
      WEB_ROUTES: routes
        .map(({ host, application }) => `${host}=${url(application)}`)
        .sort()
        .join(" "),
    }),
  };
}

/** The scheme of a URL means nothing to who speaks something else than HTTP. */
function portsEnvironment(
  placed: readonly PlacedApplication[],
  reach: (application: PlacedApplication) => string,
): Record<string, string> {
  const entries = placed.flatMap((application) =>
    (application.ports ?? []).map(({ name, port, edgePort = port, protocol }) => {
      const url = reach({ ...application, port, edgePort });
      const own = variableOf(furtherPortName(application.name, name));
      return protocol === "http"
        ? ([`${own}_URL`, url] as const)
        : ([`${own}_ADDRESS`, url.replace("http://", "")] as const);
    }),
  );
  return Object.fromEntries(entries);
}

function accessoryEnvironment(
  { applications, accessories, fleets, environment }: Topology,
  fleet: string,
): Record<string, string> {
  const used = (fleets[fleet]?.applications ?? []).flatMap((name) => applications[name]?.uses ?? []);
  const entries = [...new Set(used)].flatMap((name) => {
    const accessory = accessories[name];
    if (!accessory) return [];
    return [
      [`${variableOf(name)}_HOST`, environment.accessories[name]?.address ?? name] as const,
      [`${variableOf(name)}_PORT`, String(accessory.port)] as const,
    ];
  });
  return Object.fromEntries(entries);
}
