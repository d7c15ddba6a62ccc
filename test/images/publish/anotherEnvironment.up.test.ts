import {
  CreateLaunchTemplateCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws/provider.js";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { strict as assert } from "node:assert";
import { mkdir } from "node:fs/promises";
import { SharedImage } from "../../../fleets/handover/SharedImage.ts";
import { releasedAmi } from "../../../fleets/aws/releasedAmi.ts";
import { MachineImage } from "../../../images/publish/machineImage.ts";
import { withRetained, type MarkedState } from "../../../operations/state/retained.ts";
import { awsPlugin } from "../../e2e/awsPlugin.ts";
import { startEmulator, type Emulator } from "../../emulator/start.ts";
import { needs } from "../disk/support/tools.ts";
import { BLOCK, DiskFolder } from "./fixture/disks.ts";
import { restoreVariables } from "../../support/variables.ts";

const region = "eu-central-1";
const customer = "111122223333";
const partner = "444455556666";

interface Disk {
  disk: string;
  diskDigest: string;
}

/** What dev's release says of the machine image, as far as prod needs it. */
interface Published {
  amiId: string;
  snapshotId: string;
  diskDigest: string;
}

/** Two stacks with the real engine and the real AWS provider, against an emulator that starts no instance of an unknown AMI. */
describe("What another environment runs, when dev publishes the next disk", function () {
  this.timeout("15m");
  let emulator: Emulator;
  let disks: DiskFolder;
  let ec2: EC2Client;
  let [base, first, second]: Disk[] = [];
  let wanted: { disk: Disk; accounts: string[] };
  let released: Published;
  let handedTo: string[];
  let dev: Stack;
  let prod: Stack;
  const published: Published[] = [];
  const original = { ...process.env };

  before(async function () {
    const plugin = awsPlugin();
    needs(this, "pulumi");
    if ("missing" in plugin) {
      process.stdout.write(`      skipped: ${plugin.missing}\n`);
      this.skip();
    }
    process.env["MOTO_ENABLE_AMI_VALIDATION"] = "true";
    emulator = await startEmulator();
    Object.assign(process.env, emulator.environment);
    ec2 = new EC2Client({ region, endpoint: emulator.endpoint });
    disks = await DiskFolder.create();
    base = await disks.make("base", 20 * BLOCK, { 0: "random", 1: "random" });
    first = await disks.change(base.disk, "first", { 5: "random" });
    second = await disks.change(base.disk, "second", { 6: "random" });
    const PATH = `${plugin.folder}:${process.env["PATH"] ?? ""}`;
    dev = await stackOf("dev", PATH, devProgram);
    prod = await stackOf("prod", PATH, prodProgram);
  });

  after(async () => {
    (ec2 as EC2Client | undefined)?.destroy();
    await (emulator as Emulator | undefined)?.stop();
    await (disks as DiskFolder | undefined)?.remove();
    restoreVariables(original);
  });

  async function stackOf(stackName: string, PATH: string, program: () => Promise<Record<string, unknown>>) {
    const folder = disks.path;
    await mkdir(`${folder}/state`, { recursive: true });
    const envVars = {
      ...emulator.environment,
      PATH,
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      XDG_CACHE_HOME: `${folder}/cache`,
    };
    const projectSettings = { name: "images", runtime: "nodejs" as const, main: process.cwd() };
    return LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "images", program },
      { workDir: folder, envVars, projectSettings },
    );
  }

  const provider = () =>
    new aws.Provider("emulated", {
      region,
      accessKey: "testing",
      secretKey: "testing",
      skipCredentialsValidation: true,
      skipMetadataApiCheck: true,
      skipRequestingAccountId: true,
      endpoints: [{ ec2: emulator.endpoint }],
    });

  // eslint-disable-next-line @typescript-eslint/require-await -- the Automation API wants a promise
  const devProgram = async () => {
    const { disk, accounts } = wanted;
    const build = ["echo", JSON.stringify({ disks: [base, disk] })];
    const args = { inputDigest: disk.diskDigest, build, region, endpoint: emulator.endpoint, accounts };
    const image = new MachineImage("shop", args, { providers: [provider()] });
    const { amiId, snapshotId, diskDigest } = image;
    return { amiId, snapshotId, diskDigest };
  };

  // eslint-disable-next-line @typescript-eslint/require-await -- the Automation API wants a promise
  const prodProgram = async () => {
    const { amiId, snapshotId, diskDigest } = released;
    const image = {
      diskDigest,
      inputDigest: "",
      snapshots: { [region]: snapshotId },
      amis: { [region]: amiId },
    };
    const opts = { provider: provider() };
    const ami = releasedAmi("base.shop", image, region, opts);
    const args = { region, ami, accounts: handedTo };
    const shared = new SharedImage("web-share", args, { providers: [opts.provider] });
    return { ami: shared.ami };
  };

  const up = async (stack: Stack) =>
    (await stack.up({ onError: (text) => process.stderr.write(text) })).outputs;

  async function publish(disk: Disk, accounts = [customer]): Promise<Published> {
    wanted = { disk, accounts };
    const outputs = await up(dev);
    const value = (key: keyof Published) => String(outputs[key]?.value);
    const known = { amiId: value("amiId"), snapshotId: value("snapshotId"), diskDigest: value("diskDigest") };
    published.push(known);
    return known;
  }

  async function promote(release: Published, accounts: string[]): Promise<void> {
    [released, handedTo] = [release, accounts];
    await up(prod);
  }

  async function registered(): Promise<(string | undefined)[]> {
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    return Images.filter(({ State }) => State === "available")
      .map(({ ImageId }) => ImageId)
      .sort();
  }

  /** Who may launch an AMI, and who may copy its snapshot. */
  async function mayUse({ amiId, snapshotId }: Published): Promise<{ launch: string[]; copy: string[] }> {
    const image = await ec2.send(
      new DescribeImageAttributeCommand({ ImageId: amiId, Attribute: "launchPermission" }),
    );
    const snapshot = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: "createVolumePermission" }),
    );
    const accounts = (all: { UserId?: string | undefined }[] = []) =>
      all.flatMap(({ UserId = [] }) => UserId).sort();
    return {
      launch: accounts(image.LaunchPermissions),
      copy: accounts(snapshot.CreateVolumePermissions),
    };
  }

  it("is still registered, starts more boxes, and is still shared", async () => {
    const one = await publish(first!);
    await promote(one, [customer, partner]);
    const LaunchTemplateData = { ImageId: one.amiId, InstanceType: "t3.small" as const };
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "prod", LaunchTemplateData }));
    await asEarlierVersionsLeftIt(dev);

    const two = await publish(second!);
    assert.notEqual(two.amiId, one.amiId);
    assert.deepEqual(await registered(), [one.amiId, two.amiId].sort());
    const LaunchTemplate = { LaunchTemplateName: "prod" };
    const out = await ec2.send(new RunInstancesCommand({ LaunchTemplate, MinCount: 2, MaxCount: 2 }));
    assert.deepEqual(
      out.Instances?.map(({ ImageId }) => ImageId),
      [one.amiId, one.amiId],
    );
    assert.deepEqual(await mayUse(one), { launch: [customer, partner], copy: [customer, partner] });
    await prod.refresh({ expectNoChanges: true });
  });

  it("is shared until nobody declares it any more, and no longer", async () => {
    const [one, two] = published as [Published, Published];
    await promote(two, [customer]);
    for (const each of [one, two])
      assert.deepEqual(await mayUse(each), { launch: [customer], copy: [customer] });
    const again = await publish(first!, []);
    assert.equal(again.snapshotId, one.snapshotId);
    assert.deepEqual(await registered(), [one.amiId, two.amiId, again.amiId].sort());
    // What only dev shared with the customer ends with dev's declaration; what prod shares, prod still declares.
    for (const each of [one, two])
      assert.deepEqual(await mayUse(each), { launch: [customer], copy: [customer] });
    assert.deepEqual((await mayUse(again)).launch, []);
    await prod.destroy();
    for (const each of [one, two]) assert.deepEqual(await mayUse(each), { launch: [], copy: [] });
  });

  it("is left alone where dev ends", async () => {
    const before = await registered();
    await dev.destroy();
    assert.deepEqual(await registered(), before);
  });

  /** States of before say of no resource that it is to be kept; `up` then marks them first. */
  async function asEarlierVersionsLeftIt(stack: Stack): Promise<void> {
    const exported = await stack.exportStack();
    const { deployment = {} } = exported as MarkedState;
    const resources = (deployment.resources ?? []).map((each) => ({ ...each, retainOnDelete: false }));
    const earlier = { ...exported, deployment: { ...deployment, resources } };
    const marked = withRetained(earlier);
    assert.ok(marked);
    assert.equal(withRetained(marked), undefined);
    await stack.importStack({ ...exported, ...marked });
  }
});
