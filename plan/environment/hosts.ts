import type { Configuration } from "../../config/schema.ts";
import { edgeName } from "../../config/edge.ts";
import { urlByEdge } from "../glue/boxEnvironment.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { HostsPlan } from "./TargetPlan.ts";
import { someFleet } from "./fleet.ts";

/** Fleets of mutable hosts: they reach the applications at the edge's own address. */
export function hostsPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleets: readonly string[],
): HostsPlan {
  const edge = configuration.environment.edge?.internalAddress ?? edgeName;
  const reach = (application: PlacedApplication) => urlByEdge(edge, application);
  return {
    target: "hosts",
    fleets: fleets.map((name) => ({
      ...someFleet(configuration, placed, name, "container", reach).common,
      target: "hosts",
    })),
  };
}
