import { DescribeImagesCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { bootTrialOf } from "../../fleets/bootTrial.ts";
import { fleetChain } from "../../plan/chains.ts";
import { machineImagePlan } from "../../plan/environment/machineImages.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { diskDigest } from "../../images/disk/index.ts";
import { chainImages } from "../../images/machine/chainImages.ts";
import { compareForms } from "../../operations/parity/forms.ts";
import type { ImageForm } from "../../plan/chain.ts";
import { diskPath } from "../../images/machine/keptDisks.ts";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import type { Release } from "../../images/release/release.ts";
import { startEmulator } from "../emulator/start.ts";
import { startFaultProxy, type FaultProxy } from "../emulator/faultProxy.ts";
import { bootWithVolume, type SeenBoot } from "../images/disk/support/bootWithVolume.ts";
import { DamagedVolume } from "../images/disk/support/damagedVolume.ts";
import { needs } from "../images/disk/support/tools.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { awsPlugin } from "./awsPlugin.ts";
import { assertHoldsDisk, publishedSnapshots, snapshotChain } from "./snapshotChain.ts";
import { restoreVariables } from "../support/variables.ts";

const minutes = 60_000;
const region = "eu-central-1";
const place = "base.machine.python.catalog";
const products = "apps/catalog/catalog/products.json";
/** The design's goal for a layer of a few megabytes or a few thousand files. */
const mostChangedBlocks = 64;

/** The sample's catalog as a disk: real layers, a real boot, published to the emulator. */
describe("A machine image", function () {
  this.timeout(30 * minutes);
  this.slow(5 * minutes);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let endpoint: string;
  let ec2: EC2Client;
  const endings: (() => unknown)[] = [];
  const original = { ...process.env };

  /** `npm run image` in the sandbox. */
  async function image(...args: string[]): Promise<{ code: number | undefined; made: string; log: string }> {
    const { exitCode, stdout, stderr } = await sandbox.run("commands/main.ts", "image", "catalog", ...args);
    return { code: exitCode, made: stdout.trim(), log: stderr };
  }

  async function succeeds(...args: string[]): Promise<string> {
    const { code, made, log } = await image(...args);
    assert.equal(code, 0, log);
    return made;
  }

  async function command(script: string, ...args: string[]): Promise<string> {
    const { exitCode, all } = await sandbox.run("commands/main.ts", script, ...args);
    assert.equal(exitCode, 0, all);
    return all;
  }

  async function ami(id: string): Promise<{ snapshot: string; disk: string }> {
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const [found] = Images;
    assert.equal(found?.BootMode, "uefi");
    assert.equal(found.ImdsSupport, "v2.0");
    const digest = tagOf(found, tagKeys.diskDigest);
    return { snapshot: found.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? "", disk: diskPath(digest) };
  }

  const tagOf = (found: Image, key: string): string =>
    found.Tags?.find(({ Key }) => Key === key)?.Value ?? "";
  const sent = (operation: string): number =>
    proxy.requests.filter((request) => request.operation === operation).length;

  before(async function () {
    needs(
      this,
      "docker",
      "packer",
      "qemu-system-x86_64",
      "qemu-img",
      "mke2fs",
      "debugfs",
      "mcopy",
      "objcopy",
    );
    const emulator = await startEmulator();
    endings.push(() => emulator.stop());
    ({ endpoint } = emulator);
    proxy = await startFaultProxy(endpoint);
    endings.push(() => proxy.stop());
    Object.assign(process.env, emulator.environment, { AWS_ENDPOINT_URL: proxy.endpoint });
    ec2 = new EC2Client({ region, endpoint });
    endings.push(() => {
      ec2.destroy();
    });
    sandbox = await createSandbox("machine");
    endings.push(() => sandbox.dispose());
    rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
    sandbox.edit("Pulumi.dev.yaml", (document: { config: Record<string, unknown> }) => {
      document.config["immutable-fleets:environment"] = {
        machineImages: { region, fleets: ["catalog"] },
        fleets: { catalog: { memory: "128 MiB" } },
      };
    });
    sandbox.edit("Pulumi.yaml", (document: { config: { fleets: { value: Record<string, object> } } }) => {
      Object.assign(document.config.fleets.value["catalog"] ?? {}, { volumes: { "/srv/data": "/dev/sdf" } });
    });
    sandbox.replace(products, "Folding anchor", `Folding anchor ${randomBytes(8).toString("hex")}`);
    await sandbox.pulumi("stack", "init", "dev");
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
    restoreVariables(original);
  });

  const made: { id: string; snapshot: string; disk: string }[] = [];

  it("is built from the layers, boots, and is published as an AMI", async () => {
    const id = await succeeds("--format", "ami", "--boot-test");
    made.push({ id, ...(await ami(id)) });
    const { snapshot, disk } = made[0]!;
    const chain = await snapshotChain(ec2, snapshot);
    assert.equal(chain.length, 3, "the base with its kernel, python, and the catalog");
    await assertHoldsDisk(chain, disk, { region, endpoint });
  });

  it("is found by one look-up when nothing has changed", async () => {
    proxy.clear();
    assert.equal(await succeeds("--format", "ami"), made[0]?.id);
    assert.deepEqual(
      proxy.requests.map(({ operation }) => operation),
      ["DescribeSnapshots", "DescribeImages"],
    );
  });

  it("sends only the blocks that a change of the application touched", async () => {
    sandbox.replace(products, "Lantern", `Lantern ${randomBytes(8).toString("hex")}`);
    proxy.clear();
    const id = await succeeds("--format", "ami");
    made.push({ id, ...(await ami(id)) });
    const [before, after] = made as [(typeof made)[number], (typeof made)[number]];
    assert.notEqual(after.id, before.id);
    assert.equal(sent("StartSnapshot"), 1);
    const blocks = sent("PutSnapshotBlock");
    assert.ok(blocks > 0 && blocks <= mostChangedBlocks, `${blocks} blocks were sent`);
    const chain = await snapshotChain(ec2, after.snapshot);
    assert.deepEqual(chain.slice(0, 2), (await snapshotChain(ec2, before.snapshot)).slice(0, 2));
    await assertHoldsDisk(chain, after.disk, { region, endpoint });
  });

  describe("with a damaged volume that holds data", () => {
    let volume: DamagedVolume;
    let seen: SeenBoot;
    const boot = (): Promise<SeenBoot> => {
      const { healthPaths, userData } = bootTrialOf(
        machineImagePlan(readConfigurationFiles(sandbox.folder, "dev"), "catalog").trial,
      );
      assert.ok(healthPaths[0] && userData);
      return bootWithVolume(made[1]?.disk ?? "", userData, volume.file, healthPaths[0]);
    };

    it("starts no application, leaves the volume as it is, and says the way out on its console", async () => {
      volume = await DamagedVolume.make(
        path.join(sandbox.folder, "volume"),
        path.join(sandbox.folder, products),
      );
      const before = await volume.digest();
      seen = await boot();
      assert.deepEqual([seen.failed, seen.status], [["fleet-box.service"], undefined]);
      assert.match(seen.critical.join("\n"), /FLEET_VOLUMES \/srv\/data=\/dev\/\S+: expected .*, got .*; /);
      assert.equal(await volume.digest(), before);
    });

    it("runs once it was mended in that way, on all of a volume that was made larger", async () => {
      await volume.mendAndEnlarge(seen.critical.join("\n"));
      assert.deepEqual(await boot(), { failed: [], critical: [], status: 200 });
      await volume.assertWhole();
    });
  });

  // That each format holds the raw disk's content is tried on small disks: test/images/disk/buildDisk.test.ts.
  it("becomes an OVA, whose vmdk boots on VMware's devices before it is written", async () => {
    const output = path.join(sandbox.folder, "catalog.ova");
    const { code, log } = await image("--format", "ova", "--boot-test", "--output", output);
    assert.equal(code, 0, log);
    assert.match(log, /boots the vmdk disk/);
    await execa("tar", ["-xf", output, "-C", sandbox.folder]);
    await execa("qemu-img", ["check", "-f", "vmdk", path.join(sandbox.folder, "catalog.vmdk")]);
    const manifest = readFileSync(path.join(sandbox.folder, "catalog.mf"), "utf8");
    const [, digest = ""] = /SHA256\(catalog\.vmdk\)= (\w+)/.exec(manifest) ?? [];
    assert.equal(await diskDigest(path.join(sandbox.folder, "catalog.vmdk")), `sha256:${digest}`);
    rmSync(output);
  });

  it("holds what the container image holds, apart from what a machine needs", async () => {
    const configuration = readConfigurationFiles(sandbox.folder, "dev");
    const chainOf = async (form: ImageForm) => {
      const chain = fleetChain(configuration, "catalog", form);
      return chainImages(await buildChain(chain, configuration, sandbox.folder), () => undefined);
    };
    const [container, machine] = [await chainOf("container"), await chainOf("machine")];
    assert.deepEqual(compareForms(container, machine, { first: 1, last: 1 }), []);
    // Planted: the machine's root without the application, and without anything taken for granted.
    const without = compareForms(container, machine.slice(0, -1), { first: 1, last: 1 });
    assert.ok(without.some(({ kind, name }) => kind === "service" && name === "catalog.service"));
    assert.ok(without.some(({ kind, name }) => kind === "file" && name.endsWith("/catalog/api.py")));
    const kernel = compareForms(container, machine, { first: 1, last: 0 });
    assert.ok(kernel.some(({ kind, name }) => kind === "package" && name.startsWith("linux-image")));
  });

  it("is published by a stack that is told to, which finds what is there, and is named by its release", async function () {
    const plugin = awsPlugin();
    if ("missing" in plugin) {
      process.stdout.write(`    skipped: ${plugin.missing}\n`);
      this.skip();
    }
    process.env["PATH"] = `${plugin.folder}:${process.env["PATH"] ?? ""}`;
    proxy.clear();
    await exactUp(sandbox);
    assert.equal(sent("StartSnapshot"), 0);
    const release = readRelease();
    assert.deepEqual(release.fleets["catalog"], { image: "base.python.catalog", machineImage: place });
    const record = release.machineImages[place];
    assert.equal(record?.diskDigest, `sha256:${path.basename(made[1]?.disk ?? "", ".raw")}`);
    assert.deepEqual(record.snapshots, { [region]: made[1]?.snapshot });
    assert.deepEqual(await ami(record.amis[region] ?? ""), {
      snapshot: made[1]?.snapshot,
      disk: made[1]?.disk,
    });
    assert.match(await command("preview"), /nothing rebuilds, nothing swaps, nothing changes/);
  });

  it("is what a stack of instances takes from that release", async function () {
    if ("missing" in awsPlugin()) this.skip();
    const environment = {
      promoteFrom: "dev",
      // Whether the disk is signed is known in the update; a preview then names no AMI.
      requireSigned: false,
      aws: { region, zones: [`${region}a`, `${region}b`], plainHttp: true, protect: false },
      fleets: { catalog: { target: "instances", instances: { volumes: { "/dev/sdf": "1 GiB" } } } },
    };
    const settings = stringify({ config: { "immutable-fleets:environment": environment } });
    writeFileSync(path.join(sandbox.folder, "Pulumi.prod.yaml"), settings);
    await sandbox.pulumi("stack", "init", "prod");
    const text = await command("preview", "--stack", "prod", "--diff");
    assert.match(text, new RegExp(readRelease().machineImages[place]?.amis[region] ?? "none"));
    assert.match(text, /deviceName: "\/dev\/sdf"/);
  });

  it("is not published when it does not boot, and its console is kept", async () => {
    sandbox.replace("apps/catalog/catalog/__main__.py", "import os\n", "import os\nos._exit(78)\n");
    const before = (await publishedSnapshots(ec2)).length;
    const { code, log } = await image("--format", "ami", "--boot-test");
    assert.equal(code, 3, log);
    assert.match(log, /units: expected none failed, got catalog\.service/);
    assert.equal((await publishedSnapshots(ec2)).length, before);
    const console = /console log: (\S+)/.exec(log)?.[1] ?? "";
    assert.ok(existsSync(console));
    assert.match(readFileSync(console, "utf8"), /FLEET-REPORT phase=started .*failed=catalog\.service/);
  });

  it("says in a preview why its disk is made again", async function () {
    if ("missing" in awsPlugin()) this.skip();
    sandbox.replace("Pulumi.dev.yaml", `region: ${region}`, `region: ${region}\n      sizeMiB: 2560`);
    assert.match(await command("preview"), /catalog's machine image is made: disk size changed/);
  });

  function readRelease(): Release {
    return JSON.parse(readFileSync(path.join(sandbox.folder, "releases/dev/1.json"), "utf8")) as Release;
  }
});
