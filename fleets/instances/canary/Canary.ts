import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { CanarySettings } from "../../../config/swap.ts";
import type { Entry } from "../../aws/Balancers.ts";
import type { OwnTargets } from "./OwnTargets.ts";
import type { CanaryRequest } from "./request.ts";
import { trafficConditions, trafficPriority } from "./rules.ts";

export interface CanaryArgs {
  fleet: string;
  region: string;
  /** Logical name of the new group of boxes. */
  groupName: string;
  targets: OwnTargets;
  settings: CanarySettings;
  /** Known once all new boxes are in service. */
  proved: pulumi.Output<unknown>;
}

/**
 * Leads a fleet's requests from the old group of boxes to the new one, step by step, with alarms as gates. An alarm leads
 * them back and fails the update, before anything of the old group is touched.
 */
export class Canary extends pulumi.ComponentResource {
  /** Known once the new group has all requests. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: CanaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:Canary", args.fleet, {}, opts);
    const { entries, groups } = args.targets;
    // More than all of the answers cannot fail.
    const watched = args.settings.errorPercent < 100 ? entries : [];
    const alarms = watched.map((entry, index) => this.#alarm(args, entry, groups[index]));
    const create = this.#request(args, alarms, false);
    const canary = this.#command(`${args.groupName}-canary`, { create }, args, [this.#hold(args)]);
    const rules = entries.map((entry, index) => this.#traffic(entry, groups[index], canary));
    this.proved = pulumi.all([canary.stdout, ...rules.map(({ arn }) => arn)]);
    this.registerOutputs({});
  }

  /** Of the answers that the new group alone gives. */
  #alarm({ groupName, settings, fleet }: CanaryArgs, entry: Entry, group: TargetGroup | undefined) {
    const dimensions = {
      LoadBalancer: entry.balancer.arnSuffix,
      TargetGroup: group?.arnSuffix ?? "",
    };
    const metric = (metricName: string) => ({
      metric: { namespace: "AWS/ApplicationELB", metricName, stat: "Sum", period: 60, dimensions },
    });
    return new MetricAlarm(
      `${entry.name}-${groupName}-errors`,
      {
        alarmDescription: `Answers 5xx of new boxes of the fleet ${fleet}, percent.`,
        metricQueries: [
          { id: "percent", expression: "100 * errors / requests", label: "5xx, percent", returnData: true },
          { id: "errors", ...metric("HTTPCode_Target_5XX_Count") },
          { id: "requests", ...metric("RequestCount") },
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: settings.errorPercent,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
      },
      { parent: this },
    );
  }

  /**
   * Does nothing until it is deleted, with its group: then no rule may name the group any more, even when the canary was
   * killed half way.
   */
  #hold(args: CanaryArgs): command.local.Command {
    const request = this.#request({ ...args, settings: { ...args.settings, alarms: [] } }, [], true);
    return this.#command(`${args.groupName}-hold`, { delete: request }, args, []);
  }

  #command(
    name: string,
    what: Pick<command.local.CommandArgs, "create" | "delete">,
    { groupName }: CanaryArgs,
    dependsOn: pulumi.Resource[],
  ): command.local.Command {
    return new command.local.Command(
      name,
      {
        interpreter: ["node", "fleets/instances/canary/main.ts"],
        ...what,
        triggers: [groupName],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      // What is configured of the swap is for the next one.
      { parent: this, dependsOn, ignoreChanges: ["create", "delete"], customTimeouts: { create: "24h" } },
    );
  }

  #request(
    { fleet, region, settings, groupName, targets, proved }: CanaryArgs,
    alarms: readonly MetricAlarm[],
    withdraw: boolean,
  ): pulumi.Output<string> {
    const rules = targets.entries.map(({ listener, index }, nth) => ({
      listener: listener.arn,
      priority: trafficPriority(index),
      to: targets.groups[nth]?.arn ?? "",
    }));
    const own = alarms.map(({ name }) => name);
    return pulumi.all([pulumi.all(rules), pulumi.all(own), proved]).apply(([found, names]) =>
      JSON.stringify({
        fleet,
        region,
        rules: found,
        withdraw,
        percents: settings.canary,
        bakeSeconds: settings.bakeSeconds,
        alarms: [...names, ...settings.alarms],
        group: groupName,
      } satisfies CanaryRequest),
    );
  }

  /** Where requests go when nothing is being swapped; changed only after the canary. */
  #traffic(entry: Entry, group: TargetGroup | undefined, canary: command.local.Command): ListenerRule {
    return new ListenerRule(
      `${entry.name}-traffic`,
      {
        listenerArn: entry.listener.arn,
        priority: trafficPriority(entry.index),
        conditions: trafficConditions(entry.index, entry.application.hosts),
        actions: [{ type: "forward", targetGroupArn: group?.arn ?? "" }],
      },
      { parent: this, dependsOn: [canary] },
    );
  }
}
