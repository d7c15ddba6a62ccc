import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import * as assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { LayerRecipe } from "../../config/schema.ts";
import { chainId, composeChain } from "../../images/plan/chain.ts";
import { attest } from "../../images/proof/attest.ts";
import { proofFolder } from "../../images/proof/store.ts";
import { publishDisk } from "../../images/publish/publishDisk.ts";
import { tagKeys } from "../../images/publish/snapshotTags.ts";
import type { MachineImageRecord } from "../../images/release/release.ts";
import { writeRelease } from "../../images/release/store.ts";
import { startEmulator, type Emulator } from "../emulator/start.ts";
import { startHealthProxy, type HealthProxy } from "../emulator/healthProxy.ts";
import { making } from "../images/proof/fixture.ts";
import { DiskFolder } from "../images/publish/fixture/disks.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { awsPlugin } from "./awsPlugin.ts";

const minutes = 60_000;
const region = "eu-central-1";
const gigabyte = 2 ** 30;

const production = {
  promoteFrom: "dev",
  aws: { region, zones: [`${region}a`, `${region}b`], plainHttp: true, protect: false },
  fleets: Object.fromEntries(
    ["web", "catalog"].map((name) => [
      name,
      { target: "instances", boxes: 2, instances: { startMinutes: 1 } },
    ]),
  ),
};

describe("production, on the emulator", function () {
  this.timeout(30 * minutes);
  this.slow(10 * minutes);
  let sandbox: Sandbox;
  let emulator: Emulator;
  let proxy: HealthProxy;
  let disks: DiskFolder;
  let ec2: EC2Client;
  /** What ends what was started, last first; empty when the test was skipped. */
  const endings: (() => unknown)[] = [];
  let places: { web: string; catalog: string };
  const original = { ...process.env };

  async function command(
    script: string,
    ...args: string[]
  ): Promise<{ code: number | undefined; text: string }> {
    const { exitCode, all } = await sandbox.run(`operations/${script}.ts`, ...args);
    return { code: exitCode, text: all };
  }

  async function succeeds(script: string, ...args: string[]): Promise<string> {
    const { code, text } = await command(script, ...args);
    assert.equal(code, 0, `${script} ${args.join(" ")}:\n${text}`);
    return text;
  }

  /** A made-up disk, published and registered as it would be in the stack that builds. */
  async function machineImage(name: string): Promise<MachineImageRecord> {
    const disk = await disks.make(name, gigabyte, { 0: "random", 7: "random" });
    const { snapshotId } = await publishDisk({
      ...disk,
      region,
      endpoint: proxy.endpoint,
      stateFolder: path.join(disks.path, "state"),
    });
    const { ImageId = "" } = await ec2.send(
      new RegisterImageCommand({
        Name: name,
        RootDeviceName: "/dev/xvda",
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshotId } }],
      }),
    );
    const { diskDigest } = disk;
    attest(
      { ...making(diskDigest), place: name, kind: "disk" },
      { system: { id: "", version: "" }, packages: [], files: [] },
    );
    const Tags = [{ Key: tagKeys.diskDigest, Value: diskDigest }];
    await ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags }));
    return {
      diskDigest,
      inputDigest: name,
      snapshots: { [region]: snapshotId },
      amis: { [region]: ImageId },
    };
  }

  function record(number: number, web: MachineImageRecord, catalog: MachineImageRecord): void {
    writeRelease(sandbox.folder, {
      format: 1,
      environment: "dev",
      number,
      createdAt: new Date().toISOString(),
      images: {},
      machineImages: { [places.web]: web, [places.catalog]: catalog },
      fleets: { web: { machineImage: places.web }, catalog: { machineImage: places.catalog } },
    });
  }

  /** The AMIs of the running boxes of a fleet. */
  async function running(fleet: string): Promise<(string | undefined)[]> {
    const Filters = [
      { Name: "tag:immutable-fleets:fleet", Values: [fleet] },
      { Name: "instance-state-name", Values: ["running"] },
    ];
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ ImageId }) => ImageId));
  }

  before(async function () {
    const plugin = awsPlugin();
    if ("missing" in plugin) {
      process.stdout.write(`    skipped: ${plugin.missing}\n`);
      this.skip();
    }
    // Roles refer to a policy of AWS's own.
    process.env["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true";
    emulator = await startEmulator();
    endings.push(() => emulator.stop());
    proxy = await startHealthProxy(emulator.endpoint);
    endings.push(() => proxy.stop());
    Object.assign(process.env, emulator.environment, {
      AWS_ENDPOINT_URL: proxy.endpoint,
      PATH: `${plugin.folder}:${process.env["PATH"] ?? ""}`,
    });
    ec2 = new EC2Client({ region, endpoint: proxy.endpoint });
    endings.push(() => {
      ec2.destroy();
    });
    disks = await DiskFolder.create();
    endings.push(() => disks.remove());
    sandbox = await createSandbox("prod");
    endings.push(() => sandbox.dispose());
    rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
    const settings = stringify({ config: { "immutable-fleets:environment": production } });
    writeFileSync(path.join(sandbox.folder, "Pulumi.prod.yaml"), settings);
    const project = parse(readFileSync(path.join(sandbox.folder, "Pulumi.yaml"), "utf8")) as {
      config: { layers: { value: Record<string, LayerRecipe> } };
    };
    const place = (layer: string) => chainId(composeChain(project.config.layers.value, [layer], "machine"));
    places = { web: place("site"), catalog: place("catalog") };
    await sandbox.pulumi("stack", "init", "dev");
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
    process.env = original;
  });

  const made: Record<string, MachineImageRecord> = {};
  const ami = (name: string) => made[name]?.amis[region];
  const image = (name: string) => made[name]!;

  it("runs exactly the AMIs of dev's release", async () => {
    for (const name of ["web-1", "catalog-1", "web-2"]) made[name] = await machineImage(name);
    record(1, image("web-1"), image("catalog-1"));
    const text = await succeeds("promote", "--to", "prod", "--yes");
    assert.match(text, /Release prod\/1 is recorded/);
    assert.deepEqual(await running("web"), [ami("web-1"), ami("web-1")]);
    assert.deepEqual(await running("catalog"), [ami("catalog-1"), ami("catalog-1")]);
  });

  it("is left alone by a second up, and by a refresh", async () => {
    assert.doesNotMatch(await succeeds("up", "--stack", "prod"), /\b(created|updated|deleted|replaced)\b/);
    const refresh = await sandbox.pulumi(
      "refresh",
      "--preview-only",
      "--expect-no-changes",
      "--stack",
      "prod",
    );
    assert.equal(refresh.exitCode, 0, refresh.all);
  });

  it("swaps one fleet: the new group is healthy before the old one goes", async () => {
    record(2, image("web-2"), image("catalog-1"));
    const text = await succeeds("promote", "--to", "prod", "--yes");
    const lines = text.split("\n").filter((line) => /autoscaling.*Group/i.test(line));
    const created = lines.findIndex((line) => /web-.*created/.test(line));
    const deleted = lines.findIndex((line) => /web-.*deleted/.test(line));
    assert.ok(created >= 0 && deleted > created, lines.join("\n"));
    assert.deepEqual(
      lines.filter((line) => /catalog-.*(created|deleted)/.test(line)),
      [],
    );
    assert.deepEqual(await running("web"), [ami("web-2"), ami("web-2")]);
  });

  it("keeps the old group when the new boxes are ill, and puts the stack's file back", async () => {
    made["web-3"] = await machineImage("web-3");
    record(3, image("web-3"), image("catalog-1"));
    proxy.ill = true;
    const { code, text } = await command("promote", "--to", "prod", "--yes");
    proxy.ill = false;
    assert.equal(code, 1, text);
    assert.match(text, /Pulumi\.prod\.yaml names dev\/2 again/);
    assert.ok((await running("web")).filter((each) => each === ami("web-2")).length === 2, text);
    await succeeds("up", "--stack", "prod");
    assert.deepEqual(await running("web"), [ami("web-2"), ami("web-2")]);
  });

  it("starts no box from a disk that nobody signed", async () => {
    made["web-4"] = await machineImage("web-4");
    rmSync(proofFolder(image("web-4").diskDigest), { recursive: true });
    record(4, image("web-4"), image("catalog-1"));
    const { code, text } = await command("promote", "--to", "prod", "--yes");
    assert.equal(code, 1, text);
    assert.match(text, new RegExp(`disk ${places.web}: expected a signed statement .*; no box was started`));
    assert.deepEqual(await running("web"), [ami("web-2"), ami("web-2")]);
  });

  it("goes back to the release before", async () => {
    assert.match(await succeeds("rollback", "--stack", "prod"), /prod goes back to prod\/1/);
    assert.deepEqual(await running("web"), [ami("web-1"), ami("web-1")]);
  });

  it("puts right what was changed by hand", async () => {
    const Filters = [{ Name: "tag:Name", Values: [`private-${region}a`] }];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    const SubnetId = Subnets[0]?.SubnetId;
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const seen = await sandbox.pulumi("refresh", "--preview-only", "--expect-no-changes", "--stack", "prod");
    assert.notEqual(seen.exitCode, 0, seen.all);
    await succeeds("refresh", "--stack", "prod");
    assert.match(
      await succeeds("up", "--stack", "prod"),
      /Subnet private-eu-central-1a updated.*mapPublicIpOnLaunch/,
    );
    const after = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    assert.equal(after.Subnets?.[0]?.MapPublicIpOnLaunch, false);
  });

  it("is destroyed as a whole", async () => {
    await succeeds("destroy", "--stack", "prod");
    assert.deepEqual([...(await running("web")), ...(await running("catalog"))], []);
  });
});
