import { Ami } from "@pulumi/aws/ec2/ami.js";
import { AmiCopy } from "@pulumi/aws/ec2/amiCopy.js";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { owner } from "../../config/owner.ts";
import { amiArguments, MAX_DEPRECATION_DAYS } from "./ami/ami.ts";
import type { PublishedImage } from "./ami/ami.ts";
import { shareImage } from "./share/shareImage.ts";

export interface MachineImageArgs {
  /** Digest of all that the disks are made from; another one makes another image, and only that. */
  inputDigest: pulumi.Input<string>;
  /** What of that is known before anything is built: kept in the state, so that a preview can tell the causes. */
  inputs?: Readonly<Record<string, unknown>>;
  /** Program and arguments that make the disks, and print `{"disks": [{"disk", "diskDigest"}, …]}`, base first. */
  build: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether `build` makes and publishes them in the cloud, and prints nothing. Default: false. */
  builtInCloud?: boolean;
  /** Program and arguments that boot the disk whose path is added; unless they exit with 0 nothing is published. */
  bootTest?: pulumi.Input<pulumi.Input<string>[]>;
  region: string;
  /** Base address of AWS for publishing instead of its own; the provider has its own setting. */
  endpoint?: string;
  /** Default: false. */
  encrypted?: boolean;
  /** KMS key of this region; without it the account's default key, whose images cannot be shared. */
  kmsKeyArn?: string;
  /** Accounts (12 digits) that may launch the AMI and its copies. */
  accounts?: readonly string[];
  /** Regions that get a copy, each with a key of its own where the image is encrypted. */
  copies?: Readonly<Record<string, { kmsKeyArn?: string }>>;
  /** Days until AWS marks the AMI as deprecated. Default: never. */
  deprecateAfterDays?: number;
  /**
   * Whether the snapshot outlives this image (default), also where no AMI stands on it. Then going back to an earlier image costs
   * one look-up instead of a build and an upload; it is small, holding only the blocks that its layer changed.
   */
  keepSnapshot?: boolean;
}

/**
 * A machine image: its disks built, boot-tested and published as a snapshot, from which an AMI is registered. An AMI that another
 * one replaces stays registered: other stacks may run it and scale from it, which only `npm run collect` can see.
 */
export class MachineImage extends pulumi.ComponentResource {
  /** Id of the AMI in the component's region. */
  readonly amiId: pulumi.Output<string>;
  /** Ids of the AMI by region, copies included. */
  readonly amiIds: pulumi.Output<Record<string, string>>;
  readonly snapshotId: pulumi.Output<string>;
  /** Ids of the snapshots by region, those of copies included. */
  readonly snapshotIds: pulumi.Output<Record<string, string>>;
  /** Digest of the raw disk. */
  readonly diskDigest: pulumi.Output<string>;

  constructor(name: string, args: MachineImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:MachineImage", name, {}, opts);
    const problems = machineImageArgsProblems(args).map((problem) => `${name}.${problem}`);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    const image = this.#publish(name, args).apply((text) => JSON.parse(text) as PublishedImage);
    const wanted = pulumi.all([image, args.inputDigest]).apply(([published, inputDigest]) => {
      const { deprecateAfterDays } = args;
      const stack = pulumi.getStack();
      const known = { name, stack, inputDigest, deprecateAfterDays, owner: owner() };
      return amiArguments(known, published);
    });
    const ami = this.#register(name, args, wanted);
    const copies = this.#copy(name, args, ami, wanted);
    for (const [region, { id }] of [[args.region, ami] as const, ...copies])
      for (const account of args.accounts ?? [])
        shareImage(
          `${name}-${region}-${account}`,
          { region, endpoint: args.endpoint, ami: id, account },
          this,
        );
    this.amiId = ami.id;
    this.amiIds = byRegion([[args.region, ami.id], ...copies.map(([r, { id }]) => [r, id] as const)]);
    this.snapshotId = image.snapshotId;
    this.snapshotIds = byRegion([
      [args.region, image.snapshotId],
      ...copies.map(([r, { rootSnapshotId }]) => [r, rootSnapshotId] as const),
    ]);
    this.diskDigest = image.diskDigest;
    const { amiId, amiIds, snapshotId, diskDigest } = this;
    this.registerOutputs({ amiId, amiIds, snapshotId, diskDigest });
  }

  #publish(name: string, args: MachineImageArgs): pulumi.Output<string> {
    const parts = pulumi.all([args.inputDigest, args.build, args.bootTest]);
    const request = (more: { delete?: boolean }): pulumi.Output<string> =>
      parts.apply(([inputDigest, build, bootTest]) =>
        JSON.stringify(requestOf(name, args, { inputDigest, build, bootTest, ...more })),
      );
    const publish = new command.local.Command(
      name,
      {
        interpreter: ["node", "images/publish/main.ts"],
        create: request({}),
        ...(args.keepSnapshot === false && { delete: request({ delete: true }) }),
        ...(args.inputs && { stdin: JSON.stringify(args.inputs) }),
        triggers: [args.inputDigest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "2h", update: "2h" } },
    );
    return publish.stdout;
  }

  #register(name: string, args: MachineImageArgs, wanted: Wanted): Ami {
    return new Ami(
      name,
      {
        region: args.region,
        name: wanted.name,
        description: wanted.description,
        architecture: wanted.architecture,
        virtualizationType: wanted.virtualizationType,
        bootMode: wanted.bootMode,
        enaSupport: wanted.enaSupport,
        sriovNetSupport: wanted.sriovNetSupport,
        imdsSupport: wanted.imdsSupport,
        rootDeviceName: wanted.rootDeviceName,
        ebsBlockDevices: wanted.ebsBlockDevices,
        tags: wanted.tags,
        ...deprecationOf(args, wanted),
      },
      { parent: this, retainOnDelete: true },
    );
  }

  #copy(name: string, args: MachineImageArgs, ami: Ami, wanted: Wanted): (readonly [string, AmiCopy])[] {
    return Object.entries(args.copies ?? {}).map(([region, { kmsKeyArn }]) => {
      const copy = new AmiCopy(
        `${name}-${region}`,
        {
          region,
          sourceAmiId: ami.id,
          sourceAmiRegion: args.region,
          name: wanted.name,
          description: wanted.description,
          tags: wanted.tags,
          ...deprecationOf(args, wanted),
          encrypted: args.encrypted ?? false,
          ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
        },
        { parent: this, retainOnDelete: true },
      );
      return [region, copy] as const;
    });
  }
}

function byRegion(
  ids: readonly (readonly [region: string, id: pulumi.Output<string>])[],
): pulumi.Output<Record<string, string>> {
  return pulumi.all(Object.fromEntries(ids));
}

type Wanted = pulumi.Output<ReturnType<typeof amiArguments>>;

function deprecationOf(
  { deprecateAfterDays }: MachineImageArgs,
  wanted: Wanted,
): { deprecationTime?: pulumi.Output<string> } {
  if (deprecateAfterDays === undefined) return {};
  return { deprecationTime: wanted.apply(({ deprecationTime = "" }) => deprecationTime) };
}

/** What main.ts is given; JSON leaves out what is undefined. */
function requestOf(
  name: string,
  args: MachineImageArgs,
  more: Record<string, unknown>,
): Record<string, unknown> {
  const { region, endpoint, encrypted, kmsKeyArn, builtInCloud } = args;
  return { name, region, endpoint, encrypted, kmsKeyArn, builtInCloud, ...more };
}

/** Every problem of the arguments, as `path: expected …, got …; fix`. */
export function machineImageArgsProblems(args: MachineImageArgs): string[] {
  const { accounts = [], encrypted = false, kmsKeyArn, copies = {}, deprecateAfterDays: days, region } = args;
  const problems: string[] = [];
  for (const account of accounts) {
    if (!/^\d{12}$/u.test(account))
      problems.push(`accounts: expected 12 digits, got ${account}; give the account's id`);
  }
  const keys = [
    ["kmsKeyArn", kmsKeyArn],
    ...Object.entries(copies).map(([r, copy]) => [`copies.${r}.kmsKeyArn`, copy.kmsKeyArn]),
  ];
  for (const [path, key] of keys) {
    const where = String(path);
    if (key !== undefined && !encrypted)
      problems.push(`${where}: expected encrypted: true beside it, got false; set it`);
    if (key === undefined && encrypted && accounts.length > 0) {
      problems.push(
        `${where}: expected a KMS key, got none; an image under the default key cannot be shared`,
      );
    }
  }
  if (region in copies) problems.push(`copies: expected other regions, got ${region}, its own; remove it`);
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= MAX_DEPRECATION_DAYS)) {
    problems.push(
      `deprecateAfterDays: expected 1 to ${MAX_DEPRECATION_DAYS}, got ${days}; AWS takes at most 10 years`,
    );
  }
  return problems;
}
