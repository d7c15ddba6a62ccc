import { defaultInstances } from "../../config/instances.ts";
import type { Configuration } from "../../config/schema.ts";
import { checkedFor } from "../checked.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { BeanstalkPlan } from "./TargetPlan.ts";
import { someFleet } from "./fleet.ts";

/** Fleets on Elastic Beanstalk: each has one application, and an address of its own. */
export function beanstalkPlan(
  configuration: Configuration,
  placed: readonly PlacedApplication[],
  fleets: readonly string[],
): BeanstalkPlan {
  const aws = checkedFor(configuration.environment.aws, "environment.aws");
  const entry = placed.find((application) => application.public);
  return {
    target: "beanstalk",
    aws,
    platform: checkedFor(aws.beanstalkPlatform, "environment.aws.beanstalkPlatform"),
    ...(entry && { entry: entry.name }),
    fleets: fleets.map((name) => {
      const { common, placement } = someFleet(configuration, placed, name, "container");
      const application = checkedFor(common.applications[0], `an application of the fleet ${name}`);
      const { instances = defaultInstances } = placement;
      return { ...common, target: "beanstalk", application, instances };
    }),
  };
}
