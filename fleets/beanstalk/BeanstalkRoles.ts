import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { instancesPrincipal, managedPolicy } from "../aws/partition.ts";
import { decryptingRights, policyText, type Rights } from "../aws/rights.ts";

export interface BeanstalkRolesArgs {
  region: string;
  /** ARNs of the fleet's secrets. */
  secrets: pulumi.Input<string>[];
  encryptionKey?: string | undefined;
}

const instancePolicies = ["AmazonEC2ContainerRegistryReadOnly", "AWSElasticBeanstalkWebTier"];
const servicePolicies = [
  "service-role/AWSElasticBeanstalkEnhancedHealth",
  "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
];

/** Who a fleet's instances are, and in whose name Elastic Beanstalk acts. */
export class BeanstalkRoles extends pulumi.ComponentResource {
  readonly profile: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
  /** What must be there before an instance boots. */
  readonly ready: pulumi.Resource[] = [];

  constructor(name: string, args: BeanstalkRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:BeanstalkRoles", name, {}, opts);
    const { region } = args;
    const box = this.#role(`${name}-box`, instancesPrincipal(region), instancePolicies, region);
    if (args.secrets.length > 0) this.#reading(`${name}-box`, box, args);
    const profile = new InstanceProfile(`${name}-box`, { role: box.name }, { parent: this });
    this.profile = profile.name;
    const service = "elasticbeanstalk.amazonaws.com";
    this.service = this.#role(`${name}-service`, service, servicePolicies, region).arn;
    this.ready.push(profile);
    this.registerOutputs({ profile: this.profile, service: this.service });
  }

  #role(name: string, Service: string, policies: readonly string[], region: string): Role {
    const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } };
    const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const role = new Role(name, { assumeRolePolicy }, { parent: this });
    for (const policy of policies) {
      const attached = new RolePolicyAttachment(
        `${name}-${policy.split("/").at(-1) ?? policy}`,
        { role: role.name, policyArn: managedPolicy(region, policy) },
        { parent: this },
      );
      this.ready.push(attached);
    }
    return role;
  }

  #reading(name: string, role: Role, { secrets, encryptionKey }: BeanstalkRolesArgs): void {
    const policy = pulumi.all(secrets).apply((arns) => {
      const Action = ["ssm:GetParameter", "ssm:GetParameters"];
      const reading: Rights = { Effect: "Allow", Action, Resource: arns };
      return policyText(
        encryptionKey === undefined ? [reading] : [reading, decryptingRights(encryptionKey, arns)],
      );
    });
    this.ready.push(new RolePolicy(name, { role: role.name, policy }, { parent: this }));
  }
}
