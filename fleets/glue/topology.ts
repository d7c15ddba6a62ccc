import type { Configuration } from "../../config/schema.ts";

/** What the glue between the applications follows from: the topology, and the host names of an environment. */
export type Topology = Pick<Configuration, "applications" | "accessories" | "fleets"> & {
  environment: Pick<Configuration["environment"], "fleets" | "accessories" | "hosts">;
};

/** An application, where it runs. */
export interface PlacedApplication {
  name: string;
  fleet: string;
  port: number;
  health: string;
  public: boolean;
  hosts: string[];
}

/** The applications of the fleets that run in the environment, in alphabetical order. */
export function placedApplications({ applications, fleets, environment }: Topology): PlacedApplication[] {
  return Object.keys(environment.fleets)
    .flatMap((fleet) => (fleets[fleet]?.applications ?? []).map((name) => ({ name, fleet })))
    .flatMap(({ name, fleet }) => {
      const application = applications[name];
      if (!application) return [];
      const { port, health, public: isPublic } = application;
      return [{ name, fleet, port, health, public: isPublic, hosts: environment.hosts[name] ?? [] }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
