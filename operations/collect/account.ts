import {
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  EC2Client,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
  paginateDescribeSnapshots,
  type Image,
  type LaunchTemplateVersion,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import { awsProblem } from "./answer.ts";
import type { AccountFacts } from "./cloudItems.ts";
import type { Item } from "./item.ts";

/**
 * Reads what the account of the present credentials has in a region, all pages of it.
 * @throws Error that says what AWS said no to: of an account that is seen in part, nothing may be removed.
 */
export async function readAccount(region: string): Promise<AccountFacts> {
  const client = new EC2Client({ region });
  try {
    const images = await imagesOf(client);
    const snapshots: Snapshot[] = [];
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client }, { OwnerIds: ["self"] }))
      snapshots.push(...Snapshots);
    const [running, templates] = [await imagesOfInstances(client), await templateVersions(client)];
    const shared = [];
    for (const image of images.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === tagKeys.diskDigest)))
      if (await isShared(client, image)) shared.push(image.ImageId ?? "");
    return { region, images, snapshots, running, templates, shared };
  } catch (error) {
    throw awsProblem(`--aws ${region}`, error);
  } finally {
    client.destroy();
  }
}

/** Those that are deprecated or disabled too: they stand on snapshots like any other. */
async function imagesOf(client: EC2Client): Promise<Image[]> {
  const wanted = { Owners: ["self"], IncludeDeprecated: true, IncludeDisabled: true };
  const found: Image[] = [];
  for await (const { Images = [] } of paginateDescribeImages({ client }, wanted)) found.push(...Images);
  return found;
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

/** All versions of all templates: a group may start from any of them. */
async function templateVersions(client: EC2Client): Promise<LaunchTemplateVersion[]> {
  const found: LaunchTemplateVersion[] = [];
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates({ client }, {}))
    for (const { LaunchTemplateId } of LaunchTemplates) {
      const pages = paginateDescribeLaunchTemplateVersions({ client }, { LaunchTemplateId });
      for await (const { LaunchTemplateVersions = [] } of pages) found.push(...LaunchTemplateVersions);
    }
  return found;
}

async function isShared(client: EC2Client, { ImageId, Public = false }: Image): Promise<boolean> {
  const Attribute = "launchPermission";
  const { LaunchPermissions = [] } = await client.send(
    new DescribeImageAttributeCommand({ ImageId, Attribute }),
  );
  return Public || LaunchPermissions.length > 0;
}

/**
 * Removes an AMI, a snapshot, or the mark of an owner from a snapshot that others own too. AWS refuses a snapshot that an AMI still
 * stands on.
 */
export async function removeFromAccount({ kind, id, region = "" }: Item): Promise<void> {
  const client = new EC2Client({ region });
  try {
    const [resource = "", Key] = id.split(" ");
    if (kind === "ami") await client.send(new DeregisterImageCommand({ ImageId: id }));
    else if (kind === "snapshot") await client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
    else await client.send(new DeleteTagsCommand({ Resources: [resource], Tags: [{ Key }] }));
  } catch (error) {
    throw awsProblem(id, error);
  } finally {
    client.destroy();
  }
}
