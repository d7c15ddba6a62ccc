import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ImportKeyPairCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import {
  cloudDiskDigest,
  cloudInputDigest,
  cloudLayers,
  type CloudRequest,
} from "../../images/packer/cloud/request.ts";
import { readInputs } from "../../plan/inputs.ts";
import { toolVersions } from "../../plan/tools.ts";
import { requestSchema } from "../../images/publish/request.ts";
import { runRequest } from "../../images/publish/runRequest.ts";
import { startFaultProxy, type FaultProxy } from "../emulator/faultProxy.ts";
import { startEmulator } from "../emulator/start.ts";
import { TestHosts, type TestHost } from "../sandbox/hosts.ts";
import { restoreVariables } from "../support/variables.ts";

const region = "eu-central-1";

// The emulator's instances run nothing: SSH goes to a Debian host of this machine instead, as to a forwarder.
describe("A machine image that is built in the cloud", function () {
  this.timeout("20m");
  const hosts = new TestHosts();
  const original = { ...process.env };
  const endings: (() => unknown)[] = [];
  let host: TestHost;
  let ec2: EC2Client;
  let proxy: FaultProxy;
  let request: CloudRequest;
  let read: Parameters<typeof cloudLayers>[0];

  before(async function () {
    const { stdout } = await execa("packer", ["plugins", "installed"]);
    if (!stdout.includes("packer-plugin-amazon")) {
      console.log("      skipped: Packer's amazon plugin not found; toolchain/setup amazon installs it");
      this.skip();
    }
    const emulator = await startEmulator();
    endings.push(() => emulator.stop());
    proxy = await startFaultProxy(emulator.endpoint);
    endings.push(() => proxy.stop());
    Object.assign(process.env, emulator.environment, { AWS_ENDPOINT_URL: proxy.endpoint });
    ec2 = new EC2Client({ region, endpoint: proxy.endpoint });
    const configuration = readConfigurationFiles(projectRoot, "dev");
    const [base] = await buildChain(["base"], configuration, projectRoot);
    await hosts.prepare(base?.image ?? "");
    host = await hosts.start("cloud1", "bridge");
    // Every instance has host keys of its own; the last step of a build removes them.
    const keys = "while :; do ssh-keygen -A >/dev/null; sleep 0.2; done";
    await host.run("systemd-run", "--unit=keys", "sh", "-c", keys);
    const tools = toolVersions(projectRoot);
    read = ["base", "python"].map((layer, index) => ({
      place: ["base", "base.python"][index] ?? "",
      inputs: readInputs(
        projectRoot,
        layer,
        configuration.layers[layer]!,
        tools,
        {},
        configuration.applications,
      ),
    }));
    const settings = await account();
    request = {
      ...{ name: "catalog", region, endpoint: proxy.endpoint, encrypted: false, sizeMiB: 2048, settings },
      layers: cloudLayers(read, settings.sourceAmi),
    };
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
    await hosts.dispose();
    restoreVariables(original);
  });

  it("is made layer by layer, by the same roles, and found by one look-up afterwards", async () => {
    const made = await publish();
    assert.equal(made.diskDigest, cloudDiskDigest(request));
    assert.deepEqual((await layers()).length, 2);
    assert.match(await host.run("cat", "/etc/systemd/system/fleet-environment.service"), /\[Service\]/);
    const { Snapshots = [] } = await ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [made.snapshotId] }),
    );
    assert.equal(Snapshots[0]?.State, "completed");
    proxy.clear();
    assert.equal((await publish()).snapshotId, made.snapshotId);
    assert.deepEqual(
      proxy.requests.map(({ operation }) => operation),
      ["DescribeSnapshots"],
    );
  });

  it("stands on the layers that are there when only the last one changes", async () => {
    const before = await layers();
    const [base, top] = read;
    const changed = { ...top!, inputs: { ...top!.inputs, variables: { unused: "changed" } } };
    request.layers = cloudLayers([base!, changed], request.settings.sourceAmi);
    await publish();
    const added = (await layers()).filter((id) => !before.includes(id));
    assert.equal(added.length, 1);
  });

  function publish() {
    const build = ["node", "images/packer/cloud/main.ts", JSON.stringify(request)];
    const { name, endpoint } = request;
    const inputDigest = cloudInputDigest(request);
    const asked = requestSchema.parse({ name, region, endpoint, inputDigest, build, builtInCloud: true });
    return runRequest(asked, { say: () => undefined });
  }

  /** The AMIs of layers. */
  async function layers(): Promise<string[]> {
    const Filters = [{ Name: "tag-key", Values: ["immutable-fleets:layer-digest"] }];
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters }));
    return Images.flatMap(({ ImageId }) => ImageId ?? []);
  }

  /** What an account has before: an AMI of the distribution, a security group and a key pair. */
  async function account(): Promise<CloudRequest["settings"]> {
    const root = { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 2 } };
    const described = { Name: "debian", RootDeviceName: "/dev/xvda", Architecture: "x86_64" } as const;
    const { ImageId = "" } = await ec2.send(
      new RegisterImageCommand({ ...described, BlockDeviceMappings: [root], VirtualizationType: "hvm" }),
    );
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const group = { GroupName: "builder", Description: "lets this machine in", VpcId: Vpcs[0]?.VpcId };
    const { GroupId = "" } = await ec2.send(new CreateSecurityGroupCommand(group));
    const PublicKeyMaterial = readFileSync(`${hosts.privateKey}.pub`);
    await ec2.send(new ImportKeyPairCommand({ KeyName: "builder", PublicKeyMaterial }));
    return {
      ...{ sourceAmi: ImageId, user: "deploy", instanceType: "t3.small", securityGroup: GroupId },
      ...{ address: host.address, keyPair: { name: "builder", file: hosts.privateKey } },
    };
  }
});
