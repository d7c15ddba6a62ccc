import type { Application, Configuration } from "../../config/schema.ts";
import { furtherPortName, furtherPorts, type FurtherPort } from "../../config/ports.ts";
import { isServed } from "../../config/worker.ts";
import { edgePorts } from "./edgePorts.ts";
import { healthCheckOf, type HealthCheck } from "./healthCheck.ts";

/** What the glue between the applications follows from: the topology, and the host names of an environment. */
export type Topology = Pick<Configuration, "applications" | "accessories" | "fleets"> & {
  environment: Pick<
    Configuration["environment"],
    "applications" | "fleets" | "accessories" | "hosts" | "edge"
  >;
};

/** An application that takes requests, where it runs. */
export interface PlacedApplication extends HealthCheck {
  name: string;
  fleet: string;
  public: boolean;
  /** Host names, or `*.example.com` for those with one label more. */
  hosts: string[];
  /** Of a public one: the paths that it has of its host names; absent: all that no other has. */
  pathPrefixes?: string[];
  /** Whether its requests come without the prefix; absent: with it. */
  stripPathPrefix?: true;
  /** Whether the edge keeps a client with one box. */
  sticky?: true;
  /** The port of the edge at which boxes reach it; absent: its own. */
  edgePort?: number;
  /** Its further ports; absent: none. */
  ports?: PlacedPort[];
}

/** A port that an application has beside its own. */
export interface PlacedPort extends FurtherPort {
  /** The port of the edge at which boxes reach it; absent: its own. */
  edgePort?: number;
  /** The port of the machine at which it is published; absent: it is not. */
  published?: number;
}

/**
 * The name in the engine's network of every box that runs an application, whatever its fleet: while an application moves,
 * old and new boxes have it, so that the edge need not know of the move. No fleet or accessory has a dot in its name.
 */
export function applicationAlias(application: string): string {
  return `${application}${aliasEnd}`;
}

/** Whether a name in the boxes' network is that of an application. */
export function isApplicationAlias(alias: string): boolean {
  return alias.endsWith(aliasEnd);
}

const aliasEnd = ".application";

/** The applications of the fleets that run in the environment, in alphabetical order; without those that take no requests. */
export function placedApplications({ applications, fleets, environment }: Topology): PlacedApplication[] {
  const ports = edgePorts({ applications, edge: environment.edge });
  return Object.keys(environment.fleets)
    .flatMap((fleet) => (fleets[fleet]?.applications ?? []).map((name) => ({ name, fleet })))
    .flatMap(({ name, fleet }) => {
      const application = applications[name];
      if (!application || !isServed(application)) return [];
      const hosts = environment.hosts[name] ?? [];
      const { public: isPublic } = application;
      const further = portsOf(name, application, ports, environment.applications[name]?.published);
      return [
        {
          ...{ name, fleet, ...healthCheckOf(application), public: isPublic, hosts },
          ...routeKeysOf(application),
          ...otherPort(ports.get(name), application.port),
          ...(further.length > 0 && { ports: further }),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function portsOf(
  name: string,
  application: Application,
  ports: ReadonlyMap<string, number>,
  published: Readonly<Record<string, number>> = {},
): PlacedPort[] {
  return furtherPorts(application).map((each) => {
    const at = published[each.name];
    return {
      ...each,
      ...otherPort(ports.get(furtherPortName(name, each.name)), each.port),
      ...(at !== undefined && { published: at }),
    };
  });
}

/** The port of the edge, where it is another than one's own. */
function otherPort(edgePort: number | undefined, port: number): { edgePort?: number } {
  return edgePort !== undefined && edgePort !== port ? { edgePort } : {};
}

/** What is not configured is not told: plans of before stay as they were. */
function routeKeysOf({ pathPrefixes, stripPathPrefix, sticky }: Application) {
  return {
    ...(pathPrefixes && { pathPrefixes }),
    ...(stripPathPrefix === true && { stripPathPrefix }),
    ...(sticky === true && { sticky }),
  };
}
