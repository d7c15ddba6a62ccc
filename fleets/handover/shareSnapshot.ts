import {
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";

/** Who may copy snapshots: JSON, the only argument of instances/handover/main.ts. */
export interface SnapshotShare {
  region: string;
  /** 12 digits. */
  account: string;
  snapshots: string[];
  /** Else the account may no longer. */
  add: boolean;
}

/** Lets an account copy snapshots, or ends that. @throws Error when AWS does not say so afterwards. */
export async function shareSnapshots({ region, account, snapshots, add }: SnapshotShare): Promise<void> {
  const client = new EC2Client({ region });
  try {
    for (const SnapshotId of snapshots) {
      const Attribute = "createVolumePermission" as const;
      const UserIds = [account];
      const OperationType = add ? "add" : "remove";
      await client.send(
        new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, OperationType, UserIds }),
      );
      const found = await client.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
      const may = (found.CreateVolumePermissions ?? []).some(({ UserId }) => UserId === account);
      if (may !== add)
        throw new Error(
          `snapshot ${SnapshotId}: expected that ${account} ${add ? "may" : "may not"} copy it, got the opposite; run up again`,
        );
    }
  } finally {
    client.destroy();
  }
}
