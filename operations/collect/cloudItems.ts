import type { Image, LaunchTemplateVersion, Snapshot } from "@aws-sdk/client-ec2";
import { ownerMark, ownersOf, tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import { ownedBy, sharedBy, type Claimant, type Item } from "./item.ts";

/** What an account has in one region, as far as it matters to AMIs and snapshots. */
export interface AccountFacts {
  region: string;
  /** Every AMI and snapshot of the account, whoever made it: others' may stand on ours. */
  images: Image[];
  snapshots: Snapshot[];
  /** AMIs of instances that are not terminated. */
  running: string[];
  templates: LaunchTemplateVersion[];
  /** AMIs that other accounts may launch. */
  shared: string[];
}

/**
 * The AMIs and snapshots of an account. What another account may launch, a template names or an instance runs is in use. A snapshot
 * that others own too stays, and only loses the tag by which it is ours.
 */
export function cloudItems(facts: AccountFacts, claimant: Claimant): Item[] {
  const { region, images, snapshots } = facts;
  const named = facts.templates.flatMap(({ LaunchTemplateData }) => LaunchTemplateData?.ImageId ?? []);
  const used = new Set([...facts.running, ...facts.shared, ...named]);
  const amis = images.map((image) => amiItem(image, used, claimant, region));
  return [
    ...amis,
    ...snapshots.map((snapshot) => snapshotItem(snapshot, amis, claimant, region)),
    ...snapshots.flatMap((snapshot) => markItem(snapshot, claimant, region)),
  ];
}

function amiItem(image: Image, used: ReadonlySet<string>, claimant: Claimant, region: string): Item {
  const { ImageId: id = "", Name = id, CreationDate, LastLaunchedTime, State } = image;
  const digest = tag(image.Tags, tagKeys.diskDigest);
  const times = [CreationDate, LastLaunchedTime].flatMap((text) =>
    text === undefined ? [] : Date.parse(text),
  );
  return {
    kind: "ami",
    id,
    name: `${region} ${Name}`,
    aliases: digest === undefined ? [] : [digest],
    needs: snapshotsOf(image),
    ours: digest !== undefined && ownedBy(ownersOf(keysOf(image.Tags)), claimant),
    inUse: used.has(id) || State !== "available",
    ...(times.length > 0 && !times.some(Number.isNaN) && { lastUsed: new Date(Math.max(...times)) }),
    bytes: 0,
    region,
  };
}

/** A snapshot's parent is known by the digest of its disk. */
function snapshotItem(snapshot: Snapshot, amis: readonly Item[], claimant: Claimant, region: string): Item {
  const { State, FullSnapshotSizeInBytes: bytes = 0 } = snapshot;
  const parent = tag(snapshot.Tags, tagKeys.parentDigest);
  return {
    kind: "snapshot",
    ...named(snapshot, region),
    needs: parent === undefined ? [] : [`${region} snapshot ${parent}`],
    ours: isOurs(snapshot, amis, claimant),
    inUse: State !== "completed",
    bytes,
    region,
  };
}

/** By its tags; AWS gives none to the snapshot of a copied AMI, which is its AMI's. */
function isOurs(
  { SnapshotId = "", Tags = [] }: Snapshot,
  amis: readonly Item[],
  claimant: Claimant,
): boolean {
  if (tag(Tags, tagKeys.diskDigest) !== undefined) return ownedBy(ownersOf(keysOf(Tags)), claimant);
  const standing = amis.filter(({ needs }) => needs.includes(SnapshotId));
  return standing.length > 0 && standing.every(({ ours }) => ours);
}

/** Our mark on a snapshot that has other owners too; whatever refers to the snapshot refers to it. */
function markItem(snapshot: Snapshot, claimant: Claimant, region: string): Item[] {
  const { SnapshotId = "", Tags } = snapshot;
  if (!sharedBy(ownersOf(keysOf(Tags)), claimant)) return [];
  const { aliases, id, name, ...age } = named(snapshot, region);
  const mark = { id: `${SnapshotId} ${ownerMark(claimant.owner)}`, name: `${name}, also another's` };
  return [
    {
      kind: "mark",
      ...{ ...mark, ...age, aliases: [id, ...aliases] },
      ...{ needs: [], ours: true, inUse: false, bytes: 0, region },
    },
  ];
}

function named(snapshot: Snapshot, region: string) {
  const { SnapshotId: id = "", StartTime, Tags } = snapshot;
  const digest = tag(Tags, tagKeys.diskDigest);
  return {
    id,
    name: `${region} ${digest?.slice(7, 19) ?? id}`,
    aliases: digest === undefined ? [] : [digest, `${region} snapshot ${digest}`],
    ...(StartTime && { lastUsed: StartTime }),
  };
}

function snapshotsOf({ BlockDeviceMappings = [] }: Image): string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
}

function keysOf(tags: Image["Tags"]): string[] {
  return (tags ?? []).flatMap(({ Key = [] }) => Key);
}

function tag(tags: Image["Tags"], key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}
