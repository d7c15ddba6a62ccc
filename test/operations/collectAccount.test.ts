import assert from "node:assert/strict";
import {
  CreateLaunchTemplateCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import { readAccount } from "../../operations/collect/account.ts";
import { cloudItems } from "../../operations/collect/cloudItems.ts";
import { planCollection } from "../../operations/collect/plan.ts";
import { removeItem } from "../../operations/collect/remove.ts";
import { startEmulator, type Emulator } from "../emulator/start.ts";

const region = "eu-central-1";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe("the collection in an emulated account", function () {
  this.timeout("10m");
  let emulator: Emulator;
  let ec2: EC2Client;
  const original = { ...process.env };

  before(async () => {
    emulator = await startEmulator();
    Object.assign(process.env, emulator.environment);
    ec2 = new EC2Client({ region });
  });
  after(async () => {
    ec2.destroy();
    await emulator.stop();
    process.env = original;
  });

  async function snapshot(tags: Record<string, string>): Promise<string> {
    const volume = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 1 }));
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const TagSpecifications = [{ ResourceType: "snapshot" as const, Tags }];
    const made = await ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId, TagSpecifications }));
    return made.SnapshotId ?? "";
  }

  async function ami(name: string, SnapshotId: string, tags: Record<string, string>): Promise<string> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const { ImageId = "" } = await ec2.send(
      new RegisterImageCommand({
        Name: name,
        RootDeviceName: "/dev/xvda",
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }],
        TagSpecifications: [{ ResourceType: "image", Tags }],
      }),
    );
    return ImageId;
  }

  /** A snapshot and its AMI, as publishing leaves them. */
  async function published(name: string, letter: string, parent?: string) {
    const tags = { [tagKeys.diskDigest]: digest(letter) };
    const above = parent === undefined ? tags : { ...tags, [tagKeys.parentDigest]: digest(parent) };
    const snap = await snapshot(above);
    return { snap, ami: await ami(name, snap, tags) };
  }

  it("removes what nothing refers to, child before parent, and nothing else", async () => {
    const base = await snapshot({ [tagKeys.diskDigest]: digest("0") });
    const unused = await published("unused", "1", "0");
    const kept = await published("kept", "2");
    const launched = await published("launched", "3");
    const shared = await published("shared", "4");
    const template = await published("template", "5");
    const foreign = await snapshot({ Name: "somebody's" });
    const theirs = await ami("theirs", foreign, {});
    await ec2.send(new RunInstancesCommand({ ImageId: launched.ami, MinCount: 1, MaxCount: 1 }));
    const LaunchPermission = { Add: [{ UserId: "210987654321" }] };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: shared.ami, LaunchPermission }));
    const LaunchTemplateData = { ImageId: template.ami };
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "by-hand", LaunchTemplateData }));

    const keep = {
      references: new Set([digest("2")]),
      minimumAgeSeconds: 0,
      now: new Date(Date.now() + 1000),
    };
    const { remove } = planCollection(cloudItems(await readAccount(region)), keep);
    assert.deepEqual(
      remove.map(({ id }) => id),
      [unused.ami, unused.snap, base],
    );
    const young = planCollection(cloudItems(await readAccount(region)), { ...keep, minimumAgeSeconds: 3600 });
    assert.deepEqual(young.remove, []);
    for (const item of remove) await removeItem(item);

    const images = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    const ours = [kept.ami, launched.ami, shared.ami, template.ami];
    assert.deepEqual(images.Images?.map(({ ImageId }) => ImageId).sort(), [...ours, theirs].sort());
    const left = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    const ids = left.Snapshots?.map(({ SnapshotId = "" }) => SnapshotId) ?? [];
    for (const id of [kept.snap, launched.snap, shared.snap, template.snap, foreign])
      assert.ok(ids.includes(id), id);
    for (const id of [unused.snap, base]) assert.ok(!ids.includes(id), id);
  });
});
