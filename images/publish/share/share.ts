import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import { withRetry } from "../snapshot/retry.ts";
import { isDeclaredElsewhere, shareMark, type Declaration } from "./mark.ts";

/** Where the images are that an account may launch. */
export interface SharePlace {
  region: string;
  endpoint?: string | undefined;
}

/** Notes on the snapshots of an AMI that an account may launch it; whatever the AMI is replaced by, they keep the note. */
export async function declareShare(
  { region, endpoint }: SharePlace,
  ami: string,
  declaration: Declaration,
): Promise<void> {
  const ec2 = new EC2Client({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    const { Images = [] } = await withRetry(
      () => ec2.send(new DescribeImagesCommand({ ImageIds: [ami], IncludeDeprecated: true })),
      {},
    );
    const Resources = Images.flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    );
    if (Resources.length === 0)
      throw new Error(`${ami}: expected an AMI with snapshots in ${region}, got none; run refresh, then up`);
    const Tags = [{ Key: shareMark(declaration), Value: declaration.by }];
    await withRetry(() => ec2.send(new CreateTagsCommand({ Resources, Tags })), {});
  } finally {
    ec2.destroy();
  }
}

/**
 * Ends what a declaration allowed: the account may no longer launch the AMIs, nor copy the snapshots, that carry its mark, unless
 * somebody else still declares it. The mark goes last, so that a killed run is done again whole.
 */
export async function endShare({ region, endpoint }: SharePlace, declaration: Declaration): Promise<void> {
  const ec2 = new EC2Client({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    for (const snapshot of await markedSnapshots(ec2, shareMark(declaration))) {
      const keys = (snapshot.Tags ?? []).flatMap(({ Key = [] }) => Key);
      const id = snapshot.SnapshotId ?? "";
      if (!isDeclaredElsewhere(keys, declaration)) await forbid(ec2, id, declaration.account);
      const Tags = [{ Key: shareMark(declaration) }];
      await withRetry(() => ec2.send(new DeleteTagsCommand({ Resources: [id], Tags })), {});
    }
  } finally {
    ec2.destroy();
  }
}

async function markedSnapshots(client: EC2Client, mark: string): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  const Filters = [{ Name: "tag-key", Values: [mark] }];
  for await (const { Snapshots = [] } of paginateDescribeSnapshots(
    { client },
    { OwnerIds: ["self"], Filters },
  ))
    found.push(...Snapshots);
  return found;
}

async function forbid(client: EC2Client, SnapshotId: string, UserId: string): Promise<void> {
  const Filters = [{ Name: "block-device-mapping.snapshot-id", Values: [SnapshotId] }];
  const wanted = { Owners: ["self"], Filters, IncludeDeprecated: true };
  for await (const { Images = [] } of paginateDescribeImages({ client }, wanted))
    for (const { ImageId } of Images) {
      const LaunchPermission = { Remove: [{ UserId }] };
      await withRetry(() => client.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission })), {});
    }
  const Attribute = "createVolumePermission" as const;
  const change = { SnapshotId, Attribute, OperationType: "remove" as const, UserIds: [UserId] };
  await withRetry(() => client.send(new ModifySnapshotAttributeCommand(change)), {});
}
