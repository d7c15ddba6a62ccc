import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";

export interface BeanstalkRolesArgs {
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
    const box = this.#role(`${name}-box`, "ec2.amazonaws.com", instancePolicies);
    if (args.secrets.length > 0) this.#reading(`${name}-box`, box, args);
    const profile = new InstanceProfile(`${name}-box`, { role: box.name }, { parent: this });
    this.profile = profile.name;
    this.service = this.#role(`${name}-service`, "elasticbeanstalk.amazonaws.com", servicePolicies).arn;
    this.ready.push(profile);
    this.registerOutputs({ profile: this.profile, service: this.service });
  }

  #role(name: string, Service: string, policies: readonly string[]): Role {
    const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } };
    const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const role = new Role(name, { assumeRolePolicy }, { parent: this });
    for (const policy of policies) {
      const attached = new RolePolicyAttachment(
        `${name}-${policy.split("/").at(-1) ?? policy}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        { parent: this },
      );
      this.ready.push(attached);
    }
    return role;
  }

  #reading(name: string, role: Role, { secrets, encryptionKey }: BeanstalkRolesArgs): void {
    const policy = pulumi.all(secrets).apply((arns) => {
      const reading = { Effect: "Allow", Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: arns };
      const decrypting = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [encryptionKey] };
      const Statement = encryptionKey === undefined ? [reading] : [reading, decrypting];
      return JSON.stringify({ Version: "2012-10-17", Statement });
    });
    this.ready.push(new RolePolicy(name, { role: role.name, policy }, { parent: this }));
  }
}
