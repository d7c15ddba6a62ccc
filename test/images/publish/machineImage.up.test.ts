import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Image } from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws/provider.js";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { strict as assert } from "node:assert";
import { mkdir } from "node:fs/promises";
import { MachineImage } from "../../../images/publish/machineImage.ts";
import { awsPlugin } from "../../e2e/awsPlugin.ts";
import { needs } from "../disk/support/tools.ts";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";

const ELSEWHERE = "eu-west-1";

/** What a copy has in common with its source. */
const described = ({ Name, DeprecationTime, BootMode, ImdsSupport, Tags = [] }: Image): unknown[] => [
  ...[Name, DeprecationTime, BootMode, ImdsSupport],
  ...Tags.map(({ Key, Value }) => `${Key ?? ""}=${Value ?? ""}`).sort(),
];

/** The real engine and the real AWS provider, against the emulator. */
describe("MachineImage, with the real engine", function () {
  this.timeout("15m");
  const account = Account.use();
  let disks: { disk: string; diskDigest: string }[];
  let inputDigest: string;
  let stack: Stack;
  let path: string;

  before(function () {
    const plugin = awsPlugin();
    needs(this, "pulumi");
    if ("missing" in plugin) {
      process.stdout.write(`      skipped: ${plugin.missing}\n`);
      this.skip();
    }
    path = `${plugin.folder}:${process.env["PATH"] ?? ""}`;
  });

  beforeEach(async () => {
    const folder = account.disks.path;
    await mkdir(`${folder}/state`);
    const envVars = {
      ...account.emulator.environment,
      PATH: path,
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      XDG_CACHE_HOME: `${folder}/cache`,
    };
    const projectSettings = { name: "images", runtime: "nodejs" as const, main: process.cwd() };
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "test", projectName: "images", program },
      { workDir: folder, envVars, projectSettings },
    );
    const base = await account.disks.make("base", 20 * BLOCK, { 0: "random", 1: "random" });
    disks = [base, await account.disks.change(base.disk, "first", { 5: "random" })];
    inputDigest = "sha256:first";
  });

  // eslint-disable-next-line @typescript-eslint/require-await -- the Automation API wants a promise
  const program = async (): Promise<Record<string, unknown>> => {
    const { endpoint } = account.proxy;
    const provider = new aws.Provider("emulated", {
      region: REGION,
      accessKey: "testing",
      secretKey: "testing",
      skipCredentialsValidation: true,
      skipMetadataApiCheck: true,
      skipRequestingAccountId: true,
      endpoints: [{ ec2: endpoint }],
    });
    const build = ["echo", JSON.stringify({ disks })];
    const accounts = ["111122223333"];
    const copies = { [ELSEWHERE]: {} };
    const args = { inputDigest, build, region: REGION, endpoint, accounts, copies, deprecateAfterDays: 30 };
    const image = new MachineImage("shop", args, { providers: [provider] });
    return { amiId: image.amiId, snapshotId: image.snapshotId };
  };

  const images = async (region = REGION): Promise<Image[]> => {
    const ec2 = new EC2Client({ region, endpoint: account.emulator.endpoint });
    const Filters = [{ Name: "tag-key", Values: ["immutable-fleets:disk-digest"] }];
    return (await ec2.send(new DescribeImagesCommand({ Filters }))).Images ?? [];
  };

  const up = async (): Promise<{ amiId: string; snapshotId: string }> => {
    const { outputs } = await stack.up({ onError: (text) => process.stderr.write(text) });
    return { amiId: String(outputs["amiId"]?.value), snapshotId: String(outputs["snapshotId"]?.value) };
  };

  it("registers, stays unchanged, swaps with the digest, goes back with one look-up, and is destroyed", async () => {
    const first = await up();
    const [ami] = await images();
    assert.ok(ami);
    assert.equal(ami.ImageId, first.amiId);
    assert.equal(ami.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId, first.snapshotId);
    const [copy] = await images(ELSEWHERE);
    assert.deepEqual(copy && described(copy), described(ami));
    assert.match(ami.DeprecationTime ?? "", /T00:00:00\.000Z$/u);
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });

    const firstDisks = disks;
    disks = [disks[0]!, await account.disks.change(disks[1]!.disk, "second", { 6: "random" })];
    inputDigest = "sha256:second";
    const second = await up();
    assert.notEqual(second.amiId, first.amiId);
    assert.deepEqual(
      (await images()).map(({ ImageId }) => ImageId).sort(),
      [first.amiId, second.amiId].sort(),
      "others may run the old AMI",
    );

    disks = firstDisks;
    inputDigest = "sha256:first";
    account.proxy.clear();
    const third = await up();
    assert.equal(third.snapshotId, first.snapshotId);
    assert.equal(account.sent("StartSnapshot").length, 0);

    await stack.destroy();
    assert.deepEqual([(await images()).length, (await images(ELSEWHERE)).length], [3, 3]);
    assert.equal((await account.snapshots()).length, 3, "the snapshots of the base and of both images stay");
  });
});
