import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  RegisterImageCommand,
  type Volume,
} from "@aws-sdk/client-ec2";
import * as assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { LayerRecipe } from "../../config/schema.ts";
import { chainId, composeChain } from "../../plan/chain.ts";
import { attest } from "../../images/proof/attest.ts";
import { publishDisk } from "../../images/publish/upload/publishDisk.ts";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";
import type { MachineImageRecord, ReleaseImage } from "../../images/release/release.ts";
import { writeRelease } from "../../images/release/store.ts";
import { startHealthProxy, type HealthProxy } from "../emulator/healthProxy.ts";
import { startEmulator } from "../emulator/start.ts";
import { making } from "../images/proof/fixture.ts";
import { DiskFolder } from "../images/publish/fixture/disks.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { restoreVariables } from "../support/variables.ts";

export const region = "eu-central-1";
const gigabyte = 2 ** 30;

/** How one fleet runs, as the stack's file says it. */
export type FleetSection = Record<string, unknown>;

/** The environment section of Pulumi.prod.yaml. */
export interface ProductionSection {
  aws: Record<string, unknown>;
  fleets: Record<string, FleetSection>;
  [key: string]: unknown;
}

/** A sandbox with a stack `prod` of instances on the emulator, and releases of made-up disks to promote there. */
export class Production {
  readonly sandbox: Sandbox;
  readonly proxy: HealthProxy;
  /** What the commands asked of AWS so far, as IAM calls it. */
  readonly asked: () => string[];
  readonly ec2: EC2Client;
  readonly #watch: CloudWatchClient;
  readonly #disks: DiskFolder;
  /** What ends what was started, last first. */
  readonly #endings: (() => unknown)[];
  readonly #images = new Map<string, MachineImageRecord>();
  /** The places of the fleets' machine images. */
  readonly #places: Readonly<Record<string, string>>;

  private constructor(
    parts: { sandbox: Sandbox; proxy: HealthProxy; disks: DiskFolder; asked: () => string[] },
    places: Record<string, string>,
    endings: (() => unknown)[],
  ) {
    this.sandbox = parts.sandbox;
    this.asked = parts.asked;
    this.proxy = parts.proxy;
    this.#disks = parts.disks;
    this.#places = places;
    this.#endings = endings;
    this.ec2 = new EC2Client({ region, endpoint: parts.proxy.endpoint });
    this.#watch = new CloudWatchClient({ region, endpoint: parts.proxy.endpoint });
  }

  /** @param plugin folder of the AWS plugin. @param layers the layer of each fleet. */
  static async start(
    plugin: string,
    layers: Readonly<Record<string, string>>,
    section: object,
  ): Promise<Production> {
    const original = { ...process.env };
    const endings: (() => unknown)[] = [
      () => {
        restoreVariables(original);
      },
    ];
    // Roles refer to a policy of AWS's own.
    process.env["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true";
    const emulator = await startEmulator();
    endings.push(() => emulator.stop());
    const proxy = await startHealthProxy(emulator.endpoint);
    endings.push(() => proxy.stop());
    const PATH = `${plugin}:${process.env["PATH"] ?? ""}`;
    Object.assign(process.env, emulator.environment, { AWS_ENDPOINT_URL: proxy.endpoint, PATH });
    const disks = await DiskFolder.create();
    endings.push(() => disks.remove());
    const sandbox = await createSandbox("prod");
    endings.push(() => sandbox.dispose());
    rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
    const settings = stringify({ config: { "immutable-fleets:environment": section } });
    writeFileSync(path.join(sandbox.folder, "Pulumi.prod.yaml"), settings);
    await sandbox.pulumi("stack", "init", "dev");
    // What the commands ask, not what the test asks, is noted.
    process.env["AWS_EXECUTION_ENV"] = "test";
    sandbox.environment["AWS_EXECUTION_ENV"] = "commands";
    return new Production(
      { sandbox, proxy, disks, asked: () => emulator.asked() },
      placesOf(sandbox, layers),
      endings,
    );
  }

  async stop(): Promise<void> {
    this.ec2.destroy();
    this.#watch.destroy();
    for (const end of this.#endings.reverse()) await end();
  }

  async command(
    script: string,
    ...args: string[]
  ): Promise<{ code: number | undefined; text: string; out: string }> {
    const { exitCode, all, stdout } = await this.sandbox.run("commands/main.ts", script, ...args);
    return { code: exitCode, text: all, out: stdout };
  }

  async succeeds(script: string, ...args: string[]): Promise<string> {
    const { code, text } = await this.command(script, ...args);
    assert.equal(code, 0, `${script} ${args.join(" ")}:\n${text}`);
    return text;
  }

  /** An up of the stack that does just what its preview said. @returns what it printed. */
  up(): Promise<string> {
    return exactUp(this.sandbox, "prod");
  }

  /** Changes the environment section of Pulumi.prod.yaml. */
  edit(change: (section: ProductionSection) => void): void {
    this.sandbox.edit(
      "Pulumi.prod.yaml",
      (document: { config: Record<"immutable-fleets:environment", ProductionSection> }) => {
        change(document.config["immutable-fleets:environment"]);
      },
    );
  }

  /** Fails unless the refreshed state is the one that `up` left. */
  async seesNoDrift(): Promise<void> {
    const seen = await this.refreshPreview();
    assert.equal(seen.exitCode, 0, seen.all);
  }

  refreshPreview() {
    return this.sandbox.pulumi("refresh", "--preview-only", "--expect-no-changes", "--stack", "prod");
  }

  /** Records a release of dev, each fleet from the disk of a name; a new name is a new disk. `images`: of containers, by place. */
  async record(
    number: number,
    disks: Readonly<Record<string, string>>,
    images: Readonly<Record<string, ReleaseImage>> = {},
  ): Promise<void> {
    const machineImages: Record<string, MachineImageRecord> = {};
    const fleets: Record<string, { machineImage: string }> = {};
    for (const [fleet, name] of Object.entries(disks)) {
      const place = this.#places[fleet] ?? "";
      machineImages[place] = await this.machineImage(name);
      fleets[fleet] = { machineImage: place };
    }
    await writeRelease(this.sandbox.folder, {
      format: 1,
      environment: "dev",
      number,
      createdAt: new Date().toISOString(),
      images,
      machineImages,
      fleets,
    });
  }

  /** The AMI of a disk that a release has. */
  ami(name: string): string | undefined {
    return this.#images.get(name)?.amis[region];
  }

  /** A made-up disk, published and registered as it would be in the stack that builds; made once for each name. */
  async machineImage(name: string): Promise<MachineImageRecord> {
    const known = this.#images.get(name);
    if (known) return known;
    const disk = await this.#disks.make(name, gigabyte, { 0: "random", 7: "random" });
    const stateFolder = path.join(this.#disks.path, "state");
    const { snapshotId } = await publishDisk({ ...disk, region, endpoint: this.proxy.endpoint, stateFolder });
    await attest(
      this.sandbox.folder,
      { ...making(disk.diskDigest), place: name, kind: "disk", parent: undefined },
      { system: { id: "", version: "" }, packages: [], files: [] },
    );
    const amis = { [region]: await this.#register(name, snapshotId, disk.diskDigest) };
    const snapshots = { [region]: snapshotId };
    const image = { diskDigest: disk.diskDigest, inputDigest: name, snapshots, amis };
    this.#images.set(name, image);
    return image;
  }

  async #register(Name: string, SnapshotId: string, diskDigest: string): Promise<string> {
    const BlockDeviceMappings = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }];
    const { ImageId = "" } = await this.ec2.send(
      new RegisterImageCommand({ Name, RootDeviceName: "/dev/xvda", BlockDeviceMappings }),
    );
    const Tags = [{ Key: tagKeys.diskDigest, Value: diskDigest }];
    await this.ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags }));
    return ImageId;
  }

  /** The AMIs of the running boxes of a fleet. */
  async running(fleet: string): Promise<(string | undefined)[]> {
    const Filters = [
      { Name: "tag:immutable-fleets:fleet", Values: [fleet] },
      { Name: "instance-state-name", Values: ["running"] },
    ];
    const { Reservations = [] } = await this.ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ ImageId }) => ImageId));
  }

  async dataVolumes(): Promise<Volume[]> {
    const Filters = [{ Name: "tag-key", Values: ["immutable-fleets:data"] }];
    return (await this.ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes ?? [];
  }

  /** An alarm `latency` that somebody else watches. */
  async setAlarm(StateValue: "OK" | "ALARM"): Promise<void> {
    const AlarmName = "latency";
    const metric = { MetricName: "latency", Namespace: "test", Statistic: "Average" as const, Period: 60 };
    const limit = { ComparisonOperator: "GreaterThanThreshold" as const, Threshold: 1, EvaluationPeriods: 1 };
    await this.#watch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...limit }));
    await this.#watch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "by the test" }));
  }
}

function placesOf(sandbox: Sandbox, layers: Readonly<Record<string, string>>): Record<string, string> {
  const project = parse(readFileSync(path.join(sandbox.folder, "Pulumi.yaml"), "utf8")) as {
    config: { layers: { value: Record<string, LayerRecipe> } };
  };
  return Object.fromEntries(
    Object.entries(layers).map(([fleet, layer]) => [
      fleet,
      chainId(composeChain(project.config.layers.value, [layer], "machine")),
    ]),
  );
}
