import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { flowName, flows, parties, type Flow, type FlowPlan, type Party } from "./flows.ts";

export interface SecurityGroupsArgs {
  vpc: pulumi.Input<string>;
  plan: FlowPlan;
}

/** A security group for each balancer and fleet, with a rule at both ends of every flow that is needed, and no other. */
export class SecurityGroups extends pulumi.ComponentResource {
  readonly groups: ReadonlyMap<Party, SecurityGroup>;

  constructor(name: string, { vpc, plan }: SecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:SecurityGroups", name, {}, opts);
    this.groups = new Map(
      parties(plan).map((party) => [
        party,
        new SecurityGroup(
          party,
          { vpcId: vpc, description: `${party} of ${pulumi.getStack()}`, tags: { Name: party } },
          { parent: this },
        ),
      ]),
    );
    for (const flow of flows(plan)) this.allow(flow);
    this.registerOutputs({});
  }

  /** The id of a party's group. */
  id(party: Party): pulumi.Output<string> {
    const group = this.groups.get(party);
    if (!group) throw new Error(`expected a security group of ${party}, got none`);
    return group.id;
  }

  private allow(flow: Flow): void {
    const rule = { ipProtocol: "tcp", fromPort: flow.port, toPort: flow.port };
    const name = flowName(flow);
    if (typeof flow.to === "string")
      new SecurityGroupIngressRule(
        `${name}-in`,
        { ...rule, securityGroupId: this.id(flow.to), ...this.otherEnd(flow.from) },
        { parent: this },
      );
    if (typeof flow.from === "string")
      new SecurityGroupEgressRule(
        `${name}-out`,
        { ...rule, securityGroupId: this.id(flow.from), ...this.otherEnd(flow.to) },
        { parent: this },
      );
  }

  private otherEnd(end: Flow["to"]) {
    return typeof end === "string"
      ? { referencedSecurityGroupId: this.id(end) }
      : { cidrIpv4: end.addresses };
  }
}
