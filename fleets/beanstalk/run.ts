import { checkAlone } from "../../plan/glue/healthCheck.ts";
import { Application } from "@pulumi/aws/elasticbeanstalk/application.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../config/problem.ts";
import { chainId } from "../../plan/chain.ts";
import { named } from "../../plan/checked.ts";
import type { BeanstalkFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { BeanstalkPlan } from "../../plan/environment/TargetPlan.ts";
import { encodedValues } from "../../plan/glue/encodedValue.ts";
import { secretValues, toldPlainly } from "../../plan/glue/told.ts";
import { awsProvider } from "../aws/Account.ts";
import { beanstalkLimitProblems } from "../aws/limits.ts";
import { networkOf } from "../aws/Network.ts";
import { parameterValues } from "../target/parameters.ts";
import type { Around, Target } from "../target/Target.ts";
import { fleetUrl, hostPrefix } from "./addresses.ts";
import { BeanstalkFleet, type BeanstalkFleetArgs } from "./BeanstalkFleet.ts";

/** What all fleets of an environment share. */
type Shared = Pick<
  BeanstalkFleetArgs,
  "aws" | "platform" | "encryptionKey" | "network" | "application" | "bucket"
>;

/** Runs the fleets of an environment on Elastic Beanstalk, from the images of the release that it takes. */
export const runBeanstalk: Target<BeanstalkPlan> = (plan, around) => {
  const { aws, platform, entry } = plan;
  const provider = awsProvider(aws.region);
  const opts = { ...around.options, providers: { aws: provider } };
  const shared = {
    ...{ aws, platform },
    encryptionKey: aws.encryptionKey,
    network: networkOf(aws, opts),
    application: new Application(pulumi.getProject(), {}, { ...around.options, provider }).name,
    bucket: versionsBucket({ ...around.options, provider }),
  };
  const urls = addresses(plan);
  const running = plan.fleets.map(
    (fleet) => [fleet.name, runFleet(fleet, shared, urls, around, opts)] as const,
  );
  return {
    ...(entry !== undefined && { url: urls[entry] }),
    fleets: Object.fromEntries(
      running.map(([name, { image, environment }]) => [name, { image, boxes: environment }]),
    ),
    proved: running.map(([, { proved }]) => proved),
  };
};

function runFleet(
  { name, chain, told, application, boxes, drainSeconds, instances }: BeanstalkFleetPlan,
  shared: Shared,
  urls: Readonly<Record<string, string>>,
  { made, secrets }: Around,
  opts: pulumi.ComponentResourceOptions,
): BeanstalkFleet {
  const image = named(Object.fromEntries(made), "image", chainId(chain));
  const environment = encodedValues(toldPlainly(told, urls), "beanstalk");
  const beyond = beanstalkLimitProblems(name, environment);
  if (beyond.length > 0) throw new ConfigurationError(beyond);
  return new BeanstalkFleet(
    {
      ...shared,
      ...{ fleet: name, image, boxes, drainSeconds, instances },
      ...checkAlone(application),
      prefix: prefixOf(name),
      environment,
      secrets: parameterValues(name, secretValues(told), secrets, "beanstalk"),
    },
    opts,
  );
}

function prefixOf(fleet: string): string {
  return hostPrefix(pulumi.getProject(), pulumi.getStack(), fleet);
}

/** Where each application answers, by its name. */
function addresses({ aws: { region, certificate }, fleets }: BeanstalkPlan): Record<string, string> {
  return Object.fromEntries(
    fleets.map(({ name, application }) => [application.name, fleetUrl(prefixOf(name), region, certificate)]),
  );
}

function versionsBucket(opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const bucket = new Bucket("versions", { forceDestroy: true }, opts);
  new BucketPublicAccessBlock(
    "versions",
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  return bucket.id;
}
