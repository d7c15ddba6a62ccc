import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceGateRequest } from "./gate/request.ts";

/** An InstanceGateRequest whose ARNs are known later. */
export type InstanceGateArgs = Omit<InstanceGateRequest, "targetGroups" | "boxes"> & {
  boxes: pulumi.Input<number>;
  targetGroups: pulumi.Input<string>[];
  /** The Auto Scaling group; another one is looked at anew. */
  arn: pulumi.Input<string>;
};

/** The step between a new group of instances and the end of the old one: fails the update unless every box is in service. */
export class InstanceGate extends command.local.Command {
  constructor(
    name: string,
    { arn, boxes, targetGroups, ...args }: InstanceGateArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const stdin = pulumi
      .all([boxes, pulumi.all(targetGroups)])
      .apply(([count, arns]) => ({ ...args, boxes: count, targetGroups: arns }))
      .apply((request: InstanceGateRequest) => JSON.stringify(request));
    super(
      `${name}-gate`,
      {
        interpreter: ["node", "fleets/instances/gate/main.ts"],
        create: args.fleet,
        stdin,
        triggers: [arn],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      // How many boxes there are later is scaling's affair.
      { ...opts, ignoreChanges: ["stdin"], customTimeouts: { create: "2h", update: "2h" } },
    );
  }
}
