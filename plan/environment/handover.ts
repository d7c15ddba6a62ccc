import { defaultInstances } from "../../config/instances.ts";
import type { Configuration } from "../../config/schema.ts";
import { checkedFor } from "../checked.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { HandoverPlan } from "./TargetPlan.ts";
import { someFleet } from "./fleet.ts";

/** Fleets whose machine images are handed over, and run elsewhere. */
export function handoverPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleets: readonly string[],
): HandoverPlan {
  return {
    target: "handover",
    aws: checkedFor(configuration.environment.aws, "environment.aws"),
    fleets: fleets.map((name) => {
      const { common, placement } = someFleet(configuration, placed, name, "machine");
      return { ...common, target: "handover", instances: placement.instances ?? defaultInstances };
    }),
  };
}
