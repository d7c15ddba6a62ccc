import { z } from "zod";
import { rangeFault } from "./addresses.ts";
import { sizePattern } from "./sizes.ts";
import { matchingText } from "./text.ts";

const whole = (min: number, max: number, expected: string) =>
  z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });

const cidr = z
  .string({ error: "an address range such as 10.20.0.0/16" })
  .refine((range) => rangeFault(range) !== "its form", { error: "an address range such as 10.20.0.0/16" })
  .refine((range) => rangeFault(range) !== "bits behind its prefix", {
    error: "an address range with zeros behind its prefix, such as 10.20.0.0/16",
  });
/** The whole Internet and what comes near to it are no edge. */
const edgeRange = matchingText(
  /^\d{1,3}(\.\d{1,3}){3}\/([89]|[12]\d|3[0-2])$/,
  "the edge's addresses, from /8 to /32, such as 10.0.0.1/32",
);
const vpcId = matchingText(/^vpc-[0-9a-f]+$/, "the id of a VPC (vpc-…)");
const subnetId = matchingText(/^subnet-[0-9a-f]+$/, "the id of a subnet (subnet-…)");
/** A region of AWS. */
export const region = matchingText(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region such as eu-central-1");
const zone = matchingText(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, "an availability zone such as eu-central-1a");
const certificate = matchingText(/^arn:aws[a-z-]*:acm:\S+$/, "the ARN of a certificate (arn:aws:acm:…)");
/** A key of AWS's key management. */
export const keyArn = matchingText(/^arn:aws[a-z-]*:kms:\S+$/, "the ARN of a KMS key (arn:aws:kms:…)");
const topicArn = matchingText(/^arn:aws[a-z-]*:sns:\S+$/, "the ARN of a topic (arn:aws:sns:…)");

/** Where instances run, and how requests reach them. */
export const awsSchema = z
  .strictObject({
    region: region.describe("Where everything of this environment is."),
    zones: z.array(zone).default([]).describe("Two or more, where the network is made here."),
    range: cidr.default("10.20.0.0/16").describe("Addresses of the network that is made here."),
    network: z
      .strictObject({
        vpc: vpcId.describe("Where the boxes and the load balancers are."),
        publicSubnets: z
          .array(subnetId)
          .describe("Two or more, for the public load balancer; behind an edge there is none."),
        privateSubnets: z
          .array(subnetId)
          .describe("Two or more, for the boxes; they need a way out, to AWS."),
      })
      .optional()
      .describe("A network that is there; without it, one is made in `zones`."),
    certificate: certificate.optional().describe("For HTTPS; plain HTTP is redirected."),
    plainHttp: z
      .boolean()
      .default(false)
      .describe("Serve the public applications without encryption: for tests only."),
    clients: z.array(cidr).default(["0.0.0.0/0"]).describe("Who may reach the public load balancer."),
    edgeRange: edgeRange
      .optional()
      .describe("Addresses from which the stack's edge reaches the internal load balancer."),
    encryptionKey: keyArn.optional().describe("For volumes and parameters; default: the account's own."),
    beanstalkPlatform: matchingText(
      /^arn:aws[a-z-]*:elasticbeanstalk:.+$/,
      "the ARN of a platform (arn:aws:elasticbeanstalk:…)",
    )
      .optional()
      .describe("For fleets on Elastic Beanstalk: exactly this version of the Docker platform."),
    alarms: topicArn.optional().describe("Who is told of alarms."),
    share: z
      .array(matchingText(/^\d{12}$/, "the id of an account, 12 digits"))
      .default([])
      .describe(
        "Other accounts that may launch the AMIs of this environment's fleets, and copy their snapshots.",
      ),
    protect: z.boolean().default(true).describe("Refuse to destroy the network's data and load balancers."),
  })
  .describe("AWS: region, network and entry.");

const snapshotsSchema = z
  .strictObject({
    everyHours: z
      .union(
        [1, 2, 3, 4, 6, 8, 12, 24].map((hours) => z.literal(hours)),
        {
          error: "hours: 1, 2, 3, 4, 6, 8, 12 or 24",
        },
      )
      .default(24)
      .describe("Hours from one snapshot to the next: 1, 2, 3, 4, 6, 8, 12 or 24."),
    at: matchingText(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 03:00, in quotes")
      .default("03:00")
      .describe("When the first one of a day is made, in UTC; AWS begins within an hour of it."),
    keep: whole(1, 1000, "a whole number from 1 to 1000")
      .default(14)
      .describe("How many of each volume are kept; older ones are removed."),
  })
  .describe("Snapshots of each volume by a schedule, beside those before every swap; default: none.");

const dataSchema = z
  .strictObject({
    path: matchingText(/^\/[^\s:=]*$/, "an absolute path without spaces, colons or equal signs").describe(
      "Where the boxes keep their data.",
    ),
    size: matchingText(sizePattern, "a size such as 20 GiB")
      .default("20 GiB")
      .describe("Size of each box's volume."),
    protect: z.boolean().default(true).describe("Refuse to destroy the volumes."),
    snapshots: snapshotsSchema.optional(),
  })
  .describe("Data of a stateful fleet: a volume for each box, which outlives it.");

/** The devices that EC2 recommends for volumes of one's own ("Device names on Linux instances"). */
export const ec2VolumeDevice = /^\/dev\/sd[f-p]$/;

/** How a fleet's instances are made: the key `instances` of a placement whose target is instances. */
export const instancesSchema = z
  .strictObject({
    type: matchingText(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an instance type such as t3.small")
      .default("t3.small")
      .describe("Instance type of each box."),
    volume: matchingText(sizePattern, "a size such as 8 GiB")
      .default("8 GiB")
      .describe("Size of the root volume."),
    volumes: z
      .record(
        matchingText(ec2VolumeDevice, "a device from /dev/sdf to /dev/sdp"),
        matchingText(sizePattern, "a size such as 20 GiB"),
      )
      .optional()
      .describe(
        "Sizes of the volumes that each box begins with, blank, and ends with: one for each device of the topology's fleets.NAME.volumes.",
      ),
    maxBoxes: whole(1, 1000, "a whole number from 1 to 1000")
      .optional()
      .describe("Scale up to this many boxes; default: no scaling."),
    processorPercent: whole(10, 95, "percent from 10 to 95")
      .default(60)
      .describe("Add boxes above this processor load, and remove them below."),
    startMinutes: whole(1, 60, "minutes from 1 to 60")
      .default(10)
      .describe("New boxes must be in service within this time, or the swap fails."),
    data: dataSchema.optional(),
  })
  .describe("How instances are made.");

export type AwsSettings = z.output<typeof awsSchema>;
export type InstanceSettings = z.output<typeof instancesSchema>;
export type DataSettings = z.output<typeof dataSchema>;
export type SnapshotSettings = z.output<typeof snapshotsSchema>;

/** A placement's instances where nothing is said of them. */
export const defaultInstances: InstanceSettings = instancesSchema.parse({});
