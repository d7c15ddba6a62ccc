import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeSnapshots,
  type Image,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import type { AccountFacts } from "./cloudItems.ts";

/** Reads what the account of the present credentials has in a region. */
export async function readAccount(region: string): Promise<AccountFacts> {
  const client = new EC2Client({ region });
  try {
    const images: Image[] = [];
    for await (const { Images = [] } of paginateDescribeImages({ client }, { Owners: ["self"] }))
      images.push(...Images);
    const snapshots = [];
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client }, { OwnerIds: ["self"] }))
      snapshots.push(...Snapshots);
    const [running, templates] = [await imagesOfInstances(client), await currentTemplates(client)];
    const shared = [];
    for (const image of images.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === tagKeys.diskDigest)))
      if (await isShared(client, image)) shared.push(image.ImageId ?? "");
    return { region, images, snapshots, running, templates, shared };
  } finally {
    client.destroy();
  }
}

async function imagesOfInstances(client: EC2Client): Promise<string[]> {
  const Filters = [{ Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] }];
  const found: string[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }))
    found.push(
      ...Reservations.flatMap(({ Instances = [] }) => Instances.flatMap(({ ImageId = [] }) => ImageId)),
    );
  return found;
}

/** The versions that a group may start from: the default and the latest of each template. */
async function currentTemplates(client: EC2Client) {
  const { LaunchTemplates = [] } = await client.send(new DescribeLaunchTemplatesCommand({}));
  const found = await Promise.all(
    LaunchTemplates.map(async ({ LaunchTemplateId }) => {
      const Versions = ["$Default", "$Latest"];
      const answer = await client.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }),
      );
      return answer.LaunchTemplateVersions ?? [];
    }),
  );
  return found.flat();
}

async function isShared(client: EC2Client, { ImageId, Public = false }: Image): Promise<boolean> {
  const Attribute = "launchPermission";
  const { LaunchPermissions = [] } = await client.send(
    new DescribeImageAttributeCommand({ ImageId, Attribute }),
  );
  return Public || LaunchPermissions.length > 0;
}

/** Removes an AMI or a snapshot; AWS refuses a snapshot that an AMI still stands on. */
export async function removeFromAccount(kind: "ami" | "snapshot", id: string, region: string): Promise<void> {
  const client = new EC2Client({ region });
  try {
    if (kind === "ami") await client.send(new DeregisterImageCommand({ ImageId: id }));
    else await client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
  } finally {
    client.destroy();
  }
}
