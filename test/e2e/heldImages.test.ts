import { DescribeInstancesCommand, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { diskPath } from "../../images/machine/keptDisks.ts";
import { newestRelease } from "../../images/release/store.ts";
import type { DriftReport } from "../../operations/drift/finding/finding.ts";
import { startHealthProxy } from "../emulator/healthProxy.ts";
import { startEmulator } from "../emulator/start.ts";
import { needs } from "../images/disk/support/tools.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { awsPlugin } from "./awsPlugin.ts";
import { BootedInstance } from "./bootedInstance.ts";

interface ProjectFile {
  config: Record<"layers" | "fleets", { value: Record<string, object> }>;
}

const minutes = 60_000;
const region = "eu-central-1";
const place = "base.machine.crun.boxed";
const volumes = { "/srv/data": "/dev/sdf" };
/** A value that is hard to bring to a box: through the configuration, user data, YAML, a shell, and the service manager. */
const motto = `one\nFLEET_VOLUMES=/etc=/dev/nvme0n1\n"$HOME\\\n'{{ 1 }}' \u0085 \u007f %n ü🚀 \r\n`;
/** Prints the value as the service manager has read it, and as the container's own process has it. */
const mottoes = `
import json, subprocess
def run(*command): return subprocess.check_output(command, text=True)
pids = [run("systemctl", "show", "-P", "MainPID", "catalog.service").strip(), json.loads(run("crun", "--root=/run/crun", "state", "catalog"))["pid"]]
told = [dict(each.split("=", 1) for each in open(f"/proc/{pid}/environ", "rb").read().decode().split("\\0") if each) for pid in pids]
print(json.dumps([each["MOTTO"] for each in told]))`;
import { restoreVariables } from "../support/variables.ts";

/** The sample's catalog as a container image inside a machine image, from the stack that builds it to the instance that runs it. */
describe("Containers on instances: a machine image that holds container images", function () {
  this.timeout(30 * minutes);
  this.slow(5 * minutes);
  let sandbox: Sandbox;
  let ec2: EC2Client;
  const endings: (() => unknown)[] = [];
  const original = { ...process.env };

  before(async function () {
    needs(this, "docker", "packer", "qemu-system-x86_64", "qemu-img", "mke2fs", "debugfs", "mcopy");
    const plugin = awsPlugin();
    if ("missing" in plugin) {
      process.stdout.write(`    skipped: ${plugin.missing}\n`);
      this.skip();
    }
    // Roles refer to a policy of AWS's own.
    process.env["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true";
    const emulator = await startEmulator();
    endings.push(() => emulator.stop());
    const proxy = await startHealthProxy(emulator.endpoint);
    endings.push(() => proxy.stop());
    const { endpoint } = proxy;
    const PATH = `${plugin.folder}:${process.env["PATH"] ?? ""}`;
    Object.assign(process.env, emulator.environment, { AWS_ENDPOINT_URL: endpoint, PATH });
    ec2 = new EC2Client({ region, endpoint });
    endings.push(() => {
      ec2.destroy();
    });
    sandbox = await createSandbox("held");
    endings.push(() => sandbox.dispose());
    rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
    sandbox.edit("Pulumi.yaml", ({ config: { layers, fleets } }: ProjectFile) => {
      layers.value["crun"] = { on: "base", roles: ["crun"] };
      layers.value["boxed"] = { on: "crun", roles: ["contained"], holds: ["catalog"] };
      Object.assign(fleets.value["catalog"] ?? {}, { machine: "boxed", volumes });
    });
    configure("dev", {
      machineImages: { region, fleets: ["catalog"] },
      fleets: { catalog: { memory: "128 MiB" } },
    });
    configure("prod", {
      promoteFrom: "dev",
      aws: { region, zones: [`${region}a`, `${region}b`], plainHttp: true, protect: false },
      fleets: {
        catalog: {
          target: "instances",
          environment: { MOTTO: motto },
          instances: { startMinutes: 1, volumes: { "/dev/sdf": "1 GiB" } },
        },
      },
    });
    await sandbox.pulumi("stack", "init", "dev");
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
    restoreVariables(original);
  });

  function configure(stack: string, environment: object): void {
    sandbox.edit(`Pulumi.${stack}.yaml`, (document: { config: Record<string, unknown> }) => {
      document.config["immutable-fleets:environment"] = environment;
    });
  }

  async function instances(): Promise<Instance[]> {
    const Filters = [{ Name: "instance-state-name", Values: ["running"] }];
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  }

  /** The exit code of `npm run drift`, and what it tells. */
  async function drift(): Promise<unknown[]> {
    const asked = ["--stack", "prod", "--format", "json"];
    const { exitCode, stdout } = await sandbox.run("commands/main.ts", "drift", ...asked);
    const { findings, unknown } = JSON.parse(stdout) as DriftReport;
    return [exitCode, ...findings.map(({ what }) => what), ...unknown];
  }

  const machineImage = () => newestRelease(sandbox.folder, "dev")?.machineImages[place];

  it("is built, booted without a network, and published by a stack", async () => {
    // The boot test compares what the health path says with the container image's id.
    assert.match(await exactUp(sandbox), /booted in .* s, healthy after/);
    assert.match(machineImage()?.amis[region] ?? "", /^ami-/);
  });

  it("is what the instances of another stack run, of exactly that release, with their volumes", async () => {
    const { exitCode, all } = await sandbox.run("commands/main.ts", "promote", "--to", "prod", "--yes");
    assert.equal(exitCode, 0, all);
    assert.match(all, /Release prod\/1 is recorded/);
    const running = await instances();
    assert.deepEqual(
      running.map(({ ImageId }) => ImageId),
      [machineImage()?.amis[region]],
    );
    const devices = running[0]?.BlockDeviceMappings?.map(({ DeviceName }) => DeviceName);
    assert.ok(devices?.includes("/dev/sdf"), String(devices));
    assert.doesNotMatch(await exactUp(sandbox, "prod"), /\b(created|updated|deleted|replaced)\b/);
  });

  it("drifts only where somebody changes it while it runs", async () => {
    const [instance] = await instances();
    assert.ok(instance);
    const disk = diskPath(machineImage()?.diskDigest ?? "");
    const box = await BootedInstance.boot(ec2, instance, disk, Object.keys(volumes));
    endings.push(() => box.stop());
    assert.match(await box.run("findmnt --noheadings --output TARGET,FSTYPE /srv/data"), /ext4/);
    assert.deepEqual(JSON.parse(await box.run(`python3 -c '${mottoes}'`)), [motto, motto]);
    assert.deepEqual(await drift(), [0]);
    await box.run("echo evil >> /etc/passwd; cp /bin/sh /usr/local/bin/.sh; chmod u+s /usr/local/bin/.sh");
    await box.run("rm /usr/bin/cmp; cp /bin/sleep /tmp/miner; setsid /tmp/miner 1000 >/dev/null 2>&1 &");
    assert.deepEqual(await drift(), [
      2,
      "file /etc/passwd changed",
      "file /usr/bin/cmp removed",
      "file /usr/local/bin/.sh added",
      "process /tmp/miner runs, which is no program of the image",
    ]);
  });
});
