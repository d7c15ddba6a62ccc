import {
  EC2Client,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  paginateDescribeImages,
  RegisterImageCommand,
  type RegisterImageCommandInput,
} from "@aws-sdk/client-ec2";
import { amiArguments } from "./ami.ts";
import type { AmiOptions, PublishedImage } from "./ami.ts";
import { tagKeys } from "../snapshot/snapshotTags.ts";

/** Where an AMI is registered, and who may launch it. */
export interface RegisterPlace {
  region: string;
  endpoint?: string | undefined;
  accounts: readonly string[];
}

type AmiArguments = ReturnType<typeof amiArguments>;

/**
 * The AMI of a published disk, by hand, without a stack: one that is there (found by the tag of its disk's digest) is used.
 * @returns its id, and whether it was there.
 */
export async function registerAmi(
  options: AmiOptions,
  published: PublishedImage,
  { region, endpoint, accounts }: RegisterPlace,
): Promise<{ amiId: string; reused: boolean }> {
  const ec2 = new EC2Client({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    const found = await findAmi(ec2, published.diskDigest);
    if (found !== undefined) return { amiId: found, reused: true };
    const args = amiArguments(options, published);
    const { ImageId = "" } = await ec2.send(new RegisterImageCommand(registration(args)));
    if (accounts.length > 0) await ec2.send(sharing(ImageId, accounts));
    if (args.deprecationTime !== undefined) {
      const DeprecateAt = new Date(args.deprecationTime);
      await ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }));
    }
    return { amiId: ImageId, reused: false };
  } finally {
    ec2.destroy();
  }
}

async function findAmi(client: EC2Client, diskDigest: string): Promise<string | undefined> {
  const Filters = [
    { Name: `tag:${tagKeys.diskDigest}`, Values: [diskDigest] },
    { Name: "state", Values: ["available"] },
  ];
  const found: (string | undefined)[] = [];
  for await (const { Images = [] } of paginateDescribeImages({ client }, { Owners: ["self"], Filters }))
    found.push(...Images.map(({ ImageId }) => ImageId));
  return found.sort()[0];
}

/** The parameters of RegisterImage that say what `aws.ec2.Ami` is told. */
function registration(args: AmiArguments): RegisterImageCommandInput {
  const Tags = Object.entries(args.tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    Name: args.name,
    Description: args.description,
    Architecture: args.architecture,
    VirtualizationType: args.virtualizationType,
    BootMode: args.bootMode,
    EnaSupport: args.enaSupport,
    SriovNetSupport: args.sriovNetSupport,
    ImdsSupport: args.imdsSupport,
    RootDeviceName: args.rootDeviceName,
    BlockDeviceMappings: args.ebsBlockDevices.map((device) => ({
      DeviceName: device.deviceName,
      Ebs: {
        SnapshotId: device.snapshotId,
        VolumeType: device.volumeType,
        DeleteOnTermination: device.deleteOnTermination,
      },
    })),
    TagSpecifications: [{ ResourceType: "image", Tags }],
  } as RegisterImageCommandInput;
}

function sharing(ImageId: string, accounts: readonly string[]): ModifyImageAttributeCommand {
  const Add = accounts.map((UserId) => ({ UserId }));
  return new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } });
}
