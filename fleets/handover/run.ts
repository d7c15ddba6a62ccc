import * as pulumi from "@pulumi/pulumi";
import type { HandoverPlan } from "../../plan/environment/TargetPlan.ts";
import { Account } from "../aws/Account.ts";
import type { Target } from "../target/Target.ts";
import { handOver } from "./handOver.ts";

/** Shares the machine images of fleets that run elsewhere, and runs nothing. */
export const runHandover: Target<HandoverPlan> = ({ aws, fleets }, around) => {
  const { release, requiresSigned, images, before, options } = around;
  const account = before.account ?? new Account({ aws, release, machines: images.machines, requiresSigned });
  const opts = { ...options, providers: { aws: account.provider } };
  const { handedOver, proved, handover } = handOver(fleets, account, opts);
  const notRunning = handedOver.map(
    ({ fleet, ami }) => [fleet, { image: ami, boxes: pulumi.output([]) }] as const,
  );
  return { account, fleets: Object.fromEntries(notRunning), proved, handover };
};
