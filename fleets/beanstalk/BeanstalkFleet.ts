import { ApplicationVersion } from "@pulumi/aws/elasticbeanstalk/applicationVersion.js";
import { Environment } from "@pulumi/aws/elasticbeanstalk/environment.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { sha256 } from "../../plan/digest.ts";
import { parameterPath } from "../aws/names.ts";
import type { NetworkIds } from "../aws/Network.ts";
import { BeanstalkRoles } from "./BeanstalkRoles.ts";
import { deploymentProblem } from "./deployment.ts";
import { environmentSettings, type EnvironmentOptions } from "./settings.ts";
import { sourceBundle } from "./sourceBundle.ts";

export interface BeanstalkFleetArgs extends Omit<
  EnvironmentOptions,
  "profile" | "serviceRole" | "network" | "secrets" | "aws"
> {
  aws: EnvironmentOptions["aws"] & Pick<AwsSettings, "region">;
  fleet: string;
  image: BoxImage;
  port: number;
  /** Name of the Elastic Beanstalk application, and of the bucket for its versions. */
  application: pulumi.Input<string>;
  bucket: pulumi.Input<string>;
  platform: string;
  /** First label of its host name. */
  prefix: string;
  network: NetworkIds;
  /** Variables whose values are secret. */
  secrets: Readonly<Record<string, pulumi.Input<string>>>;
  encryptionKey?: string | undefined;
}

/** One environment of Elastic Beanstalk: its version names the image's digest, and it is deployed immutably. */
export class BeanstalkFleet extends pulumi.ComponentResource {
  readonly image: pulumi.Output<string>;
  readonly environment: pulumi.Output<string>;
  /** Known once the environment runs this version. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: BeanstalkFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:BeanstalkFleet", args.fleet, {}, opts);
    const version = this.#version(args);
    const secrets = Object.fromEntries(
      Object.entries(args.secrets).map(([name, value]) => [name, this.#parameter(args, name, value).arn]),
    );
    const { encryptionKey } = args;
    const roles = new BeanstalkRoles(
      args.fleet,
      { region: args.aws.region, secrets: Object.values(secrets), encryptionKey },
      { parent: this },
    );
    const environment = new Environment(
      args.fleet,
      {
        application: args.application,
        version: version.name.apply((name) => name as unknown as ApplicationVersion),
        platformArn: args.platform,
        cnamePrefix: args.prefix,
        settings: settingsOf(args, roles, secrets),
        waitForReadyTimeout: `${args.instances.startMinutes * 2}m`,
      },
      { parent: this, dependsOn: roles.ready },
    );
    this.image = pulumi.output(args.image.image);
    this.environment = environment.name;
    this.proved = deployed(args.fleet, environment, version.name);
    this.registerOutputs({ image: this.image, environment: this.environment });
  }

  /**
   * Another digest is another version; the earlier ones stay at AWS, so that nothing that runs loses its own. AWS takes each
   * label once: it has random digits, so that a rollback to a digest which was there before makes a version too.
   */
  #version({ fleet, image, port, application, bucket }: BeanstalkFleetArgs): ApplicationVersion {
    const bundle = pulumi.all([image.manifest, image.image]).apply(([manifest]) => {
      if (manifest !== undefined) return sourceBundle(manifest, port);
      throw new pulumi.RunError(
        `fleet ${fleet}: expected its image in a registry, got none; set registry: {prefix: …} to one that Elastic Beanstalk can pull from`,
      );
    });
    const object = new BucketObjectv2(
      `${fleet}-version`,
      {
        bucket,
        key: bundle.apply((text) => `${fleet}-${sha256(text).slice(0, 12)}/Dockerrun.aws.json`),
        content: bundle,
        contentType: "application/json",
        serverSideEncryption: "AES256",
      },
      { parent: this, retainOnDelete: true },
    );
    const description = pulumi.output(image.manifest).apply((manifest) => manifest?.split("@")[1] ?? "");
    return new ApplicationVersion(
      fleet,
      { application, description, bucket, key: object.key },
      { parent: this, retainOnDelete: true },
    );
  }

  #parameter(
    { fleet, encryptionKey }: BeanstalkFleetArgs,
    variable: string,
    value: pulumi.Input<string>,
  ): Parameter {
    const path = parameterPath(pulumi.getProject(), pulumi.getStack(), fleet);
    const key = encryptionKey === undefined ? {} : { keyId: encryptionKey };
    return new Parameter(
      `${fleet}-${variable}`,
      { name: `${path}/${variable}`, type: "SecureString", value: pulumi.secret(value), ...key },
      { parent: this },
    );
  }
}

function settingsOf(
  args: BeanstalkFleetArgs,
  roles: BeanstalkRoles,
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
) {
  const { vpc, publicSubnets, privateSubnets } = args.network;
  const subnets = pulumi.all([pulumi.all(publicSubnets), pulumi.all(privateSubnets)]);
  return pulumi
    .all([roles.profile, roles.service, vpc, subnets, pulumi.all(secrets)])
    .apply(([profile, serviceRole, id, [outside, inside], arns]) =>
      environmentSettings({
        ...args,
        profile,
        serviceRole,
        network: { vpc: id, publicSubnets: outside, privateSubnets: inside },
        secrets: arns,
      }),
    );
}

/** The version that an environment runs, once AWS says that it does. */
function deployed(fleet: string, { name, version }: Environment, wanted: pulumi.Output<string>) {
  return pulumi.all([name, version, wanted]).apply(([environment, runs, label]) => {
    const problem = deploymentProblem({ fleet, environment, runs, wanted: label });
    if (problem !== undefined) throw new pulumi.RunError(problem);
    return label;
  });
}
