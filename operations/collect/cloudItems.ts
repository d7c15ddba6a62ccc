import type { Image, LaunchTemplateVersion, Snapshot } from "@aws-sdk/client-ec2";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import type { Item } from "./item.ts";

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

/** The AMIs and snapshots of an account. What another account may launch, a template names or an instance runs is in use. */
export function cloudItems(facts: AccountFacts): Item[] {
  const named = facts.templates.flatMap(({ LaunchTemplateData }) => LaunchTemplateData?.ImageId ?? []);
  const used = new Set([...facts.running, ...facts.shared, ...named]);
  return [
    ...facts.images.map((image) => amiItem(image, used, facts.region)),
    ...facts.snapshots.map((snapshot) => snapshotItem(snapshot, facts.region)),
  ];
}

function amiItem(image: Image, used: ReadonlySet<string>, region: string): Item {
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
    needs: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    ours: digest !== undefined,
    inUse: used.has(id) || State !== "available",
    ...(times.length > 0 && !times.some(Number.isNaN) && { lastUsed: new Date(Math.max(...times)) }),
    bytes: 0,
    region,
  };
}

/** A snapshot's parent is known by the digest of its disk. */
function snapshotItem(snapshot: Snapshot, region: string): Item {
  const { SnapshotId: id = "", StartTime, State, FullSnapshotSizeInBytes: bytes = 0 } = snapshot;
  const digest = tag(snapshot.Tags, tagKeys.diskDigest);
  const parent = tag(snapshot.Tags, tagKeys.parentDigest);
  return {
    kind: "snapshot",
    id,
    name: `${region} ${digest?.slice(7, 19) ?? id}`,
    aliases: digest === undefined ? [] : [digest, `${region} snapshot ${digest}`],
    needs: parent === undefined ? [] : [`${region} snapshot ${parent}`],
    ours: digest !== undefined,
    inUse: State !== "completed",
    ...(StartTime && { lastUsed: StartTime }),
    bytes,
    region,
  };
}

function tag(tags: Image["Tags"], key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}
