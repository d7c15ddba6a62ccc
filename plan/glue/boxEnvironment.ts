import { edgeName } from "../../config/edge.ts";
import { placedApplications, type PlacedApplication, type Topology } from "./topology.ts";

/**
 * The environment that every box of a fleet is given so that its applications find the others; the same for any number
 * of boxes. `<APPLICATION>_URL`: where an application is reached, through the edge. `<ACCESSORY>_HOST` and `_PORT`: where
 * the accessories are that the fleet's applications use. `WEB_ROUTES`: `host=url` for each host name of an application
 * that is not public itself, for the web tier. `edge` is the host name of whatever passes requests on, or tells it of a fleet.
 */
export function boxEnvironment(
  topology: Topology,
  fleet: string,
  edge: string | ((fleet: string) => string) = edgeName,
): Record<string, string> {
  const placed = placedApplications(topology);
  const url = (application: PlacedApplication) =>
    `http://${typeof edge === "string" ? edge : edge(application.fleet)}:${application.port}`;
  const urls = placed.map((application) => [`${variable(application.name)}_URL`, url(application)] as const);
  const routes = placed
    .filter((application) => !application.public)
    .flatMap((application) => application.hosts.map((host) => `${host}=${url(application)}`));
  return {
    FLEET: fleet,
    ...Object.fromEntries(urls),
    ...accessoryEnvironment(topology, fleet),
    ...(isWebTier(topology, fleet) && { WEB_ROUTES: routes.sort().join(" ") }),
  };
}

function isWebTier(topology: Topology, fleet: string): boolean {
  return placedApplications(topology).some(
    (application) => application.fleet === fleet && application.public,
  );
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
      [`${variable(name)}_HOST`, environment.accessories[name]?.address ?? name] as const,
      [`${variable(name)}_PORT`, String(accessory.port)] as const,
    ];
  });
  return Object.fromEntries(entries);
}

/** `ORDER_HISTORY` for `order-history`. */
function variable(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
