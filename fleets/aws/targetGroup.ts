import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import type { PlacedApplication } from "../../plan/glue/topology.ts";
import { shortName } from "./names.ts";

/** Drains for this time where nothing is said. */
const defaultDrainSeconds = 30;

/** A group of boxes behind a load balancer, which asks each of them for the application's health. */
export function targetGroup(
  name: string,
  { port, health }: Pick<PlacedApplication, "port" | "health">,
  vpcId: pulumi.Input<string>,
  drainSeconds = defaultDrainSeconds,
  opts?: pulumi.CustomResourceOptions,
): TargetGroup {
  const healthCheck = {
    path: health,
    matcher: "200",
    interval: 5,
    timeout: 3,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  };
  return new TargetGroup(
    shortName(name),
    {
      vpcId,
      port,
      protocol: "HTTP",
      targetType: "instance",
      deregistrationDelay: drainSeconds,
      healthCheck,
    },
    opts,
  );
}
