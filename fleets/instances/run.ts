import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../config/problem.ts";
import type { InstancesPlan } from "../../plan/environment/TargetPlan.ts";
import { Account } from "../aws/Account.ts";
import type { InstancesBehind } from "../edge/Edge.ts";
import { handOver } from "../handover/handOver.ts";
import type { Target } from "../target/Target.ts";
import { limitProblems } from "./limits.ts";
import { runFleet, type RunningInstances } from "./runFleet.ts";
import { makeSurroundings } from "./surroundings.ts";

/** Runs the fleets of instances of an environment from the machine images of a release, and shares these where it says so. */
export const runInstances: Target<InstancesPlan> = (plan, around) => {
  const beyond = limitProblems(plan);
  if (beyond.length > 0) throw new ConfigurationError(beyond);
  const { release, requiresSigned, images, secrets, options } = around;
  const account = new Account({ aws: plan.aws, release, machines: images.machines, requiresSigned });
  const opts = { ...options, providers: { aws: account.provider } };
  const shared = makeSurroundings(plan, account, secrets, opts);
  const running = plan.fleets.map((fleet) => [fleet.name, runFleet(fleet, shared)] as const);
  const { proved, handover } = handOver(plan.fleets, account, opts);
  return {
    account,
    url: shared.balancers.url,
    fleets: Object.fromEntries(running.map(([name, { ami, group }]) => [name, { image: ami, boxes: group }])),
    proved: [...running.map(([, fleet]) => fleet.proved), ...proved],
    handover,
    behind: behind(running, shared.balancers.internalHost),
  };
};

function behind(
  fleets: readonly (readonly [name: string, fleet: RunningInstances])[],
  balancer: pulumi.Output<string>,
): InstancesBehind {
  return {
    fleets: fleets.map(([name]) => name),
    balancer,
    proved: fleets.flatMap(([, { parts }]) => parts),
  };
}
