import type { Application, Configuration } from "../../config/schema.ts";
import { isServed } from "../../config/worker.ts";
import { edgePorts } from "./edgePorts.ts";
import { healthCheckOf, type HealthCheck } from "./healthCheck.ts";

/** What the glue between the applications follows from: the topology, and the host names of an environment. */
export type Topology = Pick<Configuration, "applications" | "accessories" | "fleets"> & {
  environment: Pick<Configuration["environment"], "fleets" | "accessories" | "hosts" | "edge">;
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
      const edgePort = ports.get(name);
      return [
        {
          ...{ name, fleet, ...healthCheckOf(application), public: isPublic, hosts },
          ...routeKeysOf(application),
          ...(edgePort !== undefined && edgePort !== application.port && { edgePort }),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is not configured is not told: plans of before stay as they were. */
function routeKeysOf({ pathPrefixes, stripPathPrefix, sticky }: Application) {
  return {
    ...(pathPrefixes && { pathPrefixes }),
    ...(stripPathPrefix === true && { stripPathPrefix }),
    ...(sticky === true && { sticky }),
  };
}
