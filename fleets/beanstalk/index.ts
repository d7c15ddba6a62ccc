import { Application } from "@pulumi/aws/elasticbeanstalk/application.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import * as pulumi from "@pulumi/pulumi";
import { edgeName } from "../../config/edge.ts";
import type { StackConfiguration } from "../../config/read/read.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { chainId } from "../../plan/chain.ts";
import { boxEnvironment } from "../../plan/glue/boxEnvironment.ts";
import { placedApplications } from "../../plan/glue/topology.ts";
import type { RunningFleets } from "../target/running.ts";
import { filledIn, split } from "../instances/bootSettings.ts";
import { defaultInstances } from "../aws/defaults.ts";
import { networkOf } from "../aws/Network.ts";
import { awsProvider, type Secrets } from "../instances/surroundings.ts";
import type { Chains } from "../../plan/chains.ts";
import { fleetUrl, hostPrefix, withAddresses } from "./addresses.ts";
import { BeanstalkFleet } from "./BeanstalkFleet.ts";

/** Runs the fleets of an environment on Elastic Beanstalk, from the images of the release that it takes. */
export function runBeanstalk(
  configuration: StackConfiguration,
  { fleets }: Pick<Chains, "fleets">,
  images: ReadonlyMap<string, BoxImage>,
  secrets: Secrets,
  common?: pulumi.ComponentResourceOptions,
): RunningFleets {
  const { aws } = configuration.environment;
  if (aws?.beanstalkPlatform === undefined)
    throw new Error("expected environment.aws.beanstalkPlatform for fleets on Elastic Beanstalk, got none");
  const opts = { ...common, providers: { aws: awsProvider(aws.region) } };
  const provider = opts.providers.aws;
  const shared = {
    aws,
    platform: aws.beanstalkPlatform,
    encryptionKey: aws.encryptionKey,
    network: networkOf(aws, opts),
    application: new Application(pulumi.getProject(), {}, { ...common, provider }).name,
    bucket: versionsBucket({ ...common, provider }),
  };
  const urls = addresses(configuration);
  const running = Object.entries(fleets).flatMap(([name, chain]) => {
    const image = images.get(chainId(chain));
    const placement = configuration.environment.fleets[name];
    const application = placedApplications(configuration).find(({ fleet }) => fleet === name);
    if (!image || !placement || !application) return [];
    const { plain, secret } = split(configuration, name);
    const { boxes, drainSeconds, instances = defaultInstances } = placement;
    const { port, health } = application;
    const glue = withAddresses(boxEnvironment(configuration, name), urls, edgeName);
    const fleet = new BeanstalkFleet(
      {
        ...shared,
        ...{ fleet: name, image, port, health, boxes, drainSeconds, instances },
        prefix: prefixOf(name),
        environment: { ...glue, ...plain },
        secrets: filledIn(secret, secrets),
      },
      opts,
    );
    return [[name, fleet] as const];
  });
  const entry = placedApplications(configuration).find((application) => application.public);
  return {
    url: entry && urls.get(entry.port),
    fleets: Object.fromEntries(
      running.map(([name, { image, environment }]) => [name, { image, boxes: environment }]),
    ),
    proved: running.map(([, { proved }]) => proved),
  };
}

function prefixOf(fleet: string): string {
  return hostPrefix(pulumi.getProject(), pulumi.getStack(), fleet);
}

/** Where each application answers, by its port. */
function addresses(configuration: StackConfiguration): Map<number, string> {
  const { region = "", certificate } = configuration.environment.aws ?? {};
  return new Map(
    placedApplications(configuration).map(({ fleet, port }) => [
      port,
      fleetUrl(prefixOf(fleet), region, certificate),
    ]),
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
