import assert from "node:assert/strict";
import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  ModifyLaunchTemplateCommand,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  RegisterImageCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ownerMark, ownersOf, tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import { readAccount } from "../../operations/collect/account.ts";
import { cloudItems } from "../../operations/collect/cloudItems.ts";
import { planCollection } from "../../operations/collect/plan.ts";
import { removeItem } from "../../operations/collect/remove.ts";
import { startEmulator, type Emulator } from "../emulator/start.ts";
import { restoreVariables } from "../support/variables.ts";

const region = "eu-central-1";
const claimant = { owner: "0123456789ab", unmarked: false };
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe("the collection in an emulated account", function () {
  this.timeout("10m");
  let emulator: Emulator;
  let ec2: EC2Client;
  const original = { ...process.env };

  before(async () => {
    // Pages of one or two items, as no account of a test would fill AWS's own.
    process.env["EMULATOR_PAGE_ITEMS"] = "2";
    emulator = await startEmulator();
    Object.assign(process.env, emulator.environment);
    ec2 = new EC2Client({ region });
  });
  after(async () => {
    ec2.destroy();
    await emulator.stop();
    restoreVariables(original);
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

  async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const page of pages) found.push(page);
    return found;
  }

  /** A snapshot and its AMI, as publishing leaves them. */
  async function published(name: string, letter: string, parent?: string, owner = claimant.owner) {
    const tags = { [tagKeys.diskDigest]: digest(letter), [ownerMark(owner)]: "" };
    const above = parent === undefined ? tags : { ...tags, [tagKeys.parentDigest]: digest(parent) };
    const snap = await snapshot(above);
    return { snap, ami: await ami(name, snap, tags) };
  }

  it("removes what nothing refers to, child before parent, and nothing else, on whichever page it is", async () => {
    const base = await snapshot({ [tagKeys.diskDigest]: digest("0"), [ownerMark(claimant.owner)]: "" });
    const unused = await published("unused", "1", "0");
    const kept = await published("kept", "2");
    const launched = await published("launched", "3");
    const shared = await published("shared", "4");
    const template = await published("template", "5");
    const foreign = await snapshot({ Name: "somebody's" });
    const theirs = await ami("theirs", foreign, {});
    const another = await published("another", "6", undefined, "ba9876543210");
    const unmarked = await snapshot({ [tagKeys.diskDigest]: digest("7") });
    const both = await snapshot({
      [tagKeys.diskDigest]: digest("8"),
      [ownerMark(claimant.owner)]: "",
      [ownerMark("ba9876543210")]: "",
    });
    await ec2.send(new RunInstancesCommand({ ImageId: launched.ami, MinCount: 1, MaxCount: 1 }));
    const LaunchPermission = { Add: [{ UserId: "210987654321" }] };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: shared.ami, LaunchPermission }));
    const LaunchTemplateData = { ImageId: template.ami };
    for (const LaunchTemplateName of ["a", "b", "c", "d"])
      await ec2.send(
        new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { ImageId: theirs } }),
      );
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "by-hand", LaunchTemplateData }));
    // A group may start from a version that is neither the latest nor the default.
    for (const ImageId of [theirs, theirs]) {
      const version = { LaunchTemplateName: "by-hand", LaunchTemplateData: { ImageId } };
      await ec2.send(new CreateLaunchTemplateVersionCommand(version));
    }
    const changed = { LaunchTemplateName: "by-hand", DefaultVersion: "3" };
    await ec2.send(new ModifyLaunchTemplateCommand(changed));

    const keep = {
      references: new Set([digest("2")]),
      minimumAgeSeconds: 0,
      now: new Date(Date.now() + 1000),
    };
    const items = async () => cloudItems(await readAccount(region), claimant);
    const { remove } = planCollection(await items(), keep);
    assert.deepEqual(
      remove.map(({ id }) => id),
      [unused.ami, unused.snap, base, `${both} ${ownerMark(claimant.owner)}`],
    );
    const young = planCollection(await items(), { ...keep, minimumAgeSeconds: 3600 });
    assert.deepEqual(young.remove, []);
    for (const item of remove) await removeItem(item);

    const pages = await all(paginateDescribeImages({ client: ec2 }, { Owners: ["self"] }));
    const images = pages.flatMap(({ Images = [] }) => Images.map(({ ImageId }) => ImageId));
    const ours = [kept.ami, launched.ami, shared.ami, template.ami, another.ami];
    assert.deepEqual(images.sort(), [...ours, theirs].sort());
    const left = await all(paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ["self"] }));
    const ids = left.flatMap(({ Snapshots = [] }) => Snapshots.map(({ SnapshotId = "" }) => SnapshotId));
    const snapshots = [kept.snap, launched.snap, shared.snap, template.snap, another.snap];
    for (const id of [...snapshots, foreign, unmarked, both]) assert.ok(ids.includes(id), id);
    const { Snapshots: [given] = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [both] }));
    assert.deepEqual(ownersOf(given?.Tags?.map(({ Key = "" }) => Key) ?? []), ["ba9876543210"]);
    for (const id of [unused.snap, base]) assert.ok(!ids.includes(id), id);
  });

  it("removes the snapshot of a copied AMI, which AWS tags with nothing, with its AMI", async () => {
    const source = await published("source", "9");
    const elsewhere = "eu-west-1";
    const copier = new EC2Client({ region: elsewhere });
    const copied = { SourceImageId: source.ami, SourceRegion: region, Name: "copy" };
    const { ImageId = "" } = await copier.send(new CopyImageCommand(copied));
    const Tags = [tagKeys.diskDigest, ownerMark(claimant.owner)].map((Key) => ({ Key, Value: digest("9") }));
    await copier.send(new CreateTagsCommand({ Resources: [ImageId], Tags }));
    copier.destroy();
    const keep = { references: new Set<string>(), minimumAgeSeconds: 0, now: new Date(Date.now() + 1000) };
    const { remove } = planCollection(cloudItems(await readAccount(elsewhere), claimant), keep);
    assert.deepEqual(
      remove.map(({ kind }) => kind),
      ["ami", "snapshot"],
    );
    for (const item of remove) await removeItem(item);
    assert.deepEqual((await readAccount(elsewhere)).images, []);
  });

  it("says in one line what AWS says no to", async () => {
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9";
    process.env["AWS_MAX_ATTEMPTS"] = "1";
    await assert.rejects(
      readAccount(region),
      /^Error: --aws eu-central-1: expected an answer of AWS, got .*ECONNREFUSED.*; try again$/,
    );
    process.env["AWS_ENDPOINT_URL"] = endpoint;
  });
});
