import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Container } from "@pulumi/docker";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";
import { awsPlugin } from "../e2e/awsPlugin.ts";
import { digestOf } from "../images/release/fixture.ts";

const seconds = 1000;

describe("the policy pack, in the real engine", function () {
  this.timeout(240 * seconds);
  this.slow(60 * seconds);
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-policy-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Previews a program under the policies; returns what the engine says. */
  async function preview(program: PulumiFn, environment: Record<string, string> = {}): Promise<string> {
    const envVars = {
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      ...environment,
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "test", projectName: "violating", program },
      { envVars },
    );
    let text = "";
    const onOutput = (part: string) => (text += part);
    const policyPacks = [path.join(projectRoot, "policy")];
    const run = stack.preview({ policyPacks, onOutput, color: "never" });
    return run.then(
      () => `accepted\n${text}`,
      () => `refused\n${text}`,
    );
  }

  it("refuses a container named by tag, and says why", async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- the engine takes only such programs
    const text = await preview(async () => {
      new Container("bad", { image: "site:latest" });
      new Container("good", { image: digestOf("a") });
    });
    assert.match(text, /^refused/);
    assert.match(text, /\[mandatory\] {2}digests-not-tags {2}\(docker:index:Container: bad\)/);
    assert.match(text, /image: expected a digest \(sha256:…\), got site:latest/);
    assert.doesNotMatch(text, /Container: good\)/);
  });

  it("accepts what keeps to it", async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- the engine takes only such programs
    const text = await preview(async () => {
      new Container("good", { image: digestOf("a") });
    });
    assert.match(text, /^accepted/);
    assert.match(text, /✅ immutable-fleets@v0\.1\.0/);
  });

  it("refuses instances that are open, plain or named by their latest version", async function () {
    const plugin = awsPlugin();
    if ("missing" in plugin) {
      process.stdout.write(`    skipped: ${plugin.missing}\n`);
      this.skip();
    }
    const text = await preview(openInstances, { PATH: `${plugin.folder}:${process.env["PATH"] ?? ""}` });
    assert.match(text, /^refused/);
    for (const policy of ["digests-not-tags", "instance-metadata", "encryption", "no-public-boxes"])
      assert.match(text, new RegExp(`\\[mandatory\\] {2}${policy} `));
    assert.match(text, /launchTemplate\.version: expected a number, got \$Latest/);
    assert.match(text, /metadataOptions\.httpTokens: expected required, got optional/);
    assert.match(text, /encrypted: expected true, got false/);
    assert.match(text, /ingress: expected no port 22 for everybody/);
    assert.match(text, /associatePublicIpAddress: expected false, got true/);
  });
});

async function openInstances(): Promise<void> {
  const { Provider } = await import("@pulumi/aws/provider.js");
  const { LaunchTemplate } = await import("@pulumi/aws/ec2/launchTemplate.js");
  const { Group } = await import("@pulumi/aws/autoscaling/group.js");
  const { Volume } = await import("@pulumi/aws/ebs/volume.js");
  const { SecurityGroupIngressRule } = await import("@pulumi/aws/vpc/securityGroupIngressRule.js");
  const provider = new Provider("nowhere", {
    region: "eu-central-1",
    accessKey: "testing",
    secretKey: "testing",
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
    skipMetadataApiCheck: true,
  });
  const template = new LaunchTemplate(
    "open",
    {
      imageId: "ami-1",
      metadataOptions: { httpTokens: "optional" },
      networkInterfaces: [{ associatePublicIpAddress: "true" }],
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false" } }],
    },
    { provider },
  );
  const launchTemplate = { id: template.id, version: "$Latest" };
  new Group("newest", { minSize: 1, maxSize: 1, launchTemplate }, { provider });
  new Volume("plain", { availabilityZone: "eu-central-1a", size: 1, encrypted: false }, { provider });
  const ssh = { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" };
  new SecurityGroupIngressRule("ssh", { ...ssh, securityGroupId: "sg-1" }, { provider });
}
