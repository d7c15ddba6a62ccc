import { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import type { SnapshotSettings } from "../../config/instances.ts";
import { managedPolicy } from "../aws/partition.ts";

/** Tag of the volumes that a schedule is for. */
export const snapshotsTag = "immutable-fleets:snapshots";

/** The value of that tag: no other stack's or fleet's volumes have it. */
export function snapshotsOf(fleet: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${fleet}`;
}

/** Snapshots of the data of a stateful fleet by a schedule, made and removed by AWS (Data Lifecycle Manager). */
export class DataSnapshots extends pulumi.ComponentResource {
  constructor(
    fleet: string,
    region: string,
    { everyHours, at, keep }: SnapshotSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const name = `${fleet}-snapshots`;
    super("fleet:index:DataSnapshots", name, {}, opts);
    const role = new Role(name, { assumeRolePolicy: assumedByLifecycles }, { parent: this });
    const rights = new RolePolicyAttachment(
      name,
      {
        role: role.name,
        policyArn: managedPolicy(region, "service-role/AWSDataLifecycleManagerServiceRole"),
      },
      { parent: this },
    );
    new LifecyclePolicy(
      name,
      {
        description: `Snapshots of the data of ${fleet}`,
        executionRoleArn: role.arn,
        state: "ENABLED",
        policyDetails: {
          resourceTypes: ["VOLUME"],
          targetTags: { [snapshotsTag]: snapshotsOf(fleet) },
          schedules: [
            {
              name,
              createRule: { interval: everyHours, intervalUnit: "HOURS", times: at },
              retainRule: { count: keep },
              copyTags: true,
            },
          ],
        },
      },
      { parent: this, dependsOn: [rights] },
    );
    this.registerOutputs({});
  }
}

const assumedByLifecycles = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "dlm.amazonaws.com" } }],
});
