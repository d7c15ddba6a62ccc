import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import { parameterPath } from "../aws/names.ts";
import { instancesPrincipal } from "../aws/partition.ts";
import { policyText, readingRights, sessionRights } from "../aws/rights.ts";

export interface BoxRoleArgs {
  fleet: string;
  region: string;
  /** Variables whose values are secret. */
  secrets: Readonly<Record<string, pulumi.Input<string>>>;
  encryptionKey?: string | undefined;
}

/** Who a fleet's boxes are: they may open a session by SSM, and read the parameters with their own secrets. */
export class BoxRole extends pulumi.ComponentResource {
  readonly profile: pulumi.Output<string>;
  readonly profileName: pulumi.Output<string>;
  /** Path of the parameters; null without secrets. */
  readonly parameters: string | null;
  /** What must be there before a box boots. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: BoxRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:BoxRole", name, {}, opts);
    const role = new Role(name, { assumeRolePolicy: assumedByInstances(args.region) }, { parent: this });
    const sessions = new RolePolicy(
      `${name}-sessions`,
      { role: role.name, policy: policyText([sessionRights]) },
      { parent: this },
    );
    const path = parameterPath(pulumi.getProject(), pulumi.getStack(), args.fleet);
    const secrets = Object.entries(args.secrets).map(([variable, value]) =>
      this.#parameter(`${args.fleet}-${variable}`, `${path}/${variable}`, value, args.encryptionKey),
    );
    this.parameters = secrets.length > 0 ? path : null;
    const reading = secrets.length > 0 ? [this.#reading(name, role, path, args)] : [];
    const profile = new InstanceProfile(name, { role: role.name }, { parent: this });
    this.profile = profile.arn;
    this.profileName = profile.name;
    this.ready = [profile, sessions, ...reading, ...secrets];
    this.registerOutputs({ profile: this.profile });
  }

  #parameter(name: string, path: string, value: pulumi.Input<string>, key: string | undefined): Parameter {
    return new Parameter(
      name,
      {
        name: path,
        type: "SecureString",
        value: pulumi.secret(value),
        ...(key !== undefined && { keyId: key }),
      },
      { parent: this },
    );
  }

  #reading(name: string, role: Role, path: string, { region, encryptionKey }: BoxRoleArgs): RolePolicy {
    const policy = policyText(readingRights(region, path, encryptionKey));
    return new RolePolicy(name, { role: role.name, policy }, { parent: this });
  }
}

function assumedByInstances(region: string): string {
  const Principal = { Service: instancesPrincipal(region) };
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
