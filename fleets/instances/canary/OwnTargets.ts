import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "../../aws/Balancers.ts";
import { targetGroup } from "../../aws/targetGroup.ts";
import { groupHeader, groupPriority } from "./rules.ts";

export interface OwnTargetsArgs {
  /** Logical name of the group of boxes. */
  groupName: string;
  entries: readonly Entry[];
  vpc: pulumi.Input<string>;
  drainSeconds: number;
}

/** Target groups of one group of boxes alone, so that old and new boxes can have different shares of the requests. */
export class OwnTargets extends pulumi.ComponentResource {
  readonly entries: readonly Entry[];
  /** One for each entry. */
  readonly groups: TargetGroup[];
  /** Without these rules no box would be checked. */
  readonly rules: ListenerRule[];

  constructor(args: OwnTargetsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:OwnTargets", args.groupName, {}, opts);
    this.entries = args.entries;
    this.groups = args.entries.map(({ name, application }) =>
      targetGroup(`${name}-${args.groupName}`, application, args.vpc, args.drainSeconds, { parent: this }),
    );
    this.rules = args.entries.map((entry, index) => this.#rule(args.groupName, entry, this.groups[index]));
    this.registerOutputs({});
  }

  #rule(groupName: string, { name, listener }: Entry, group: TargetGroup | undefined): ListenerRule {
    return new ListenerRule(
      `${name}-${groupName}`,
      {
        listenerArn: listener.arn,
        priority: groupPriority(name, groupName),
        conditions: [{ httpHeader: { httpHeaderName: groupHeader, values: [groupName] } }],
        actions: [{ type: "forward", targetGroupArn: group?.arn ?? "" }],
      },
      { parent: this },
    );
  }
}
