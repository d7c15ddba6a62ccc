import * as pulumi from "@pulumi/pulumi";
import type { Around } from "../../fleets/target/Target.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import type { TargetPlan } from "../../plan/environment/TargetPlan.ts";

/** What fleets of a plan are run from, where a test says nothing else. */
export function around({ images, requiresSigned }: EnvironmentPlan, own: Partial<Around> = {}): Around {
  const secrets = own.secrets ?? { set: pulumi.output<Record<string, string>>({}), generated: {} };
  return {
    ...{ images, requiresSigned, secrets },
    ...{ made: new Map(), hosts: {}, before: {}, options: {} },
    ...own,
  };
}

/** What runs of one target. @throws Error where nothing does. */
export function targetOf<T extends TargetPlan["target"]>(
  { targets }: EnvironmentPlan,
  target: T,
): Extract<TargetPlan, { target: T }> {
  const found = targets.find((each) => each.target === target);
  if (!found) throw new Error(`expected fleets of the target ${target}, got none`);
  return found as Extract<TargetPlan, { target: T }>;
}
