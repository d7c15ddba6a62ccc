import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import { usualStatus, type HealthCheck } from "../../plan/glue/healthCheck.ts";
import { shortName } from "./names.ts";

/** Drains for this time where nothing is said. */
const defaultDrainSeconds = 30;

/** A group of boxes behind a load balancer, which asks each of them for the application's health. */
export function targetGroup(
  name: string,
  { port, health, healthStatus = usualStatus }: HealthCheck,
  vpcId: pulumi.Input<string>,
  drainSeconds = defaultDrainSeconds,
  opts?: pulumi.CustomResourceOptions,
): TargetGroup {
  const healthCheck = {
    path: health,
    matcher: String(healthStatus),
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
