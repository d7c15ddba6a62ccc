import { ownerMark, tagKeys } from "../snapshot/snapshotTags.ts";

/** What publishing printed: the AMI is made from it. */
export interface PublishedImage {
  snapshotId: string;
  diskDigest: string;
  encrypted: boolean;
  /** Midnight (UTC) of the day on which this stack published or reused the snapshot. */
  publishedAt: string;
  /** Some hexadecimal digits, others in each run; states of before have none. */
  registration?: string;
}

export interface AmiOptions {
  /** Name of the machine image, and of the stack: together they make the AMI's name unique. */
  name: string;
  stack: string;
  inputDigest: string;
  /** Age at which AWS marks the AMI as deprecated, in days; undefined: never. */
  deprecateAfterDays: number | undefined;
  /** Whose it is (config/owner.ts). */
  owner: string;
}

const DAY_MILLISECONDS = 86_400_000;

/** Latest deprecation, in days (API_EnableImageDeprecation: 10 years from now). */
export const MAX_DEPRECATION_DAYS = 3650;

/** Longest name of an AMI (API_RegisterImage). */
const MAX_NAME_CHARACTERS = 128;

/**
 * `name-stack-digest-snapshot-registration`: unique in the account, also when a stack goes back to an earlier disk, whose first AMI
 * is still there.
 */
export function amiName(
  { name, stack }: Pick<AmiOptions, "name" | "stack">,
  { diskDigest, snapshotId, registration }: PublishedImage,
): string {
  const parts = [diskDigest.replace("sha256:", "").slice(0, 12), snapshotId.replace("snap-", "")];
  const unique = [...parts, ...(registration === undefined ? [] : [registration])].join("-");
  return `${`${name}-${stack}`.slice(0, MAX_NAME_CHARACTERS - unique.length - 1)}-${unique}`;
}

/**
 * When AWS marks the AMI as deprecated. Counted from a day that the state keeps, not from now, so that the same state gives
 * the same time; and that day is this stack's own, since AWS refuses a date in the past for an old snapshot.
 */
export function deprecationTime(publishedAt: string, days: number): string {
  return new Date(Date.parse(publishedAt) + days * DAY_MILLISECONDS).toISOString().replace(/\.\d+Z$/u, "Z");
}

/** Tags of the AMI and its copies: the image's name, the digests, and whose it is. */
function amiTags(
  { name, stack, inputDigest, owner }: AmiOptions,
  { diskDigest }: PublishedImage,
): Record<string, string> {
  const digests = { [tagKeys.diskDigest]: diskDigest, [tagKeys.inputDigest]: inputDigest };
  return { Name: name, ...digests, [ownerMark(owner)]: stack };
}

/**
 * Arguments of `aws.ec2.Ami`: a Nitro instance's needs (ENA, NVMe by gp3), UEFI boot, and IMDSv2 only. On a Nitro instance
 * /dev/xvda is the conventional name of the root volume; the disk finds its root by partition id.
 */
export function amiArguments(options: AmiOptions, image: PublishedImage) {
  const { deprecateAfterDays } = options;
  const root = {
    deviceName: "/dev/xvda",
    snapshotId: image.snapshotId,
    volumeType: "gp3",
    deleteOnTermination: true,
  };
  return {
    name: amiName(options, image),
    description: `${options.name}, disk ${image.diskDigest}`,
    architecture: "x86_64",
    virtualizationType: "hvm",
    bootMode: "uefi",
    enaSupport: true,
    sriovNetSupport: "simple",
    imdsSupport: "v2.0",
    rootDeviceName: root.deviceName,
    ebsBlockDevices: [root],
    tags: amiTags(options, image),
    ...(deprecateAfterDays === undefined
      ? {}
      : { deprecationTime: deprecationTime(image.publishedAt, deprecateAfterDays) }),
  };
}
