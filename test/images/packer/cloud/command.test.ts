import { execa } from "execa";
import { strict as assert } from "node:assert";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { amiIds, cloudPackerCommand, cloudVariables } from "../../../../images/packer/cloud/command.ts";
import type { CloudBuild } from "../../../../images/packer/cloud/command.ts";
import { needs } from "../../disk/support/tools.ts";

const template = "images/packer/cloud";
const least: CloudBuild = {
  name: "base-1",
  region: "eu-west-1",
  sourceAmi: "ami-1",
  inputDigest: "sha256:in",
  instanceType: "t3.small",
  sshUsername: "admin",
  volumeGiB: 8,
  encrypted: false,
  tags: {},
};
const most: Required<CloudBuild> = {
  ...least,
  instanceType: "m7i.large",
  subnetId: "subnet-1",
  sshUsername: "ec2-user",
  securityGroupId: "sg-1",
  sshHost: "forwarder.example",
  keyPair: { name: "builder", file: "/key" },
  volumeGiB: 20,
  encrypted: true,
  kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000",
  tags: { Owner: "team" },
};

/** The template's variables, and whether they have a default. */
async function declared(): Promise<Map<string, boolean>> {
  const text = await readFile(`${template}/cloud.pkr.hcl`, "utf8");
  const blocks = [...text.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gmu)];
  return new Map(blocks.map(([, name = "", body = ""]) => [name, /^ {2}default/mu.test(body)]));
}

describe("the layer that is built in the cloud", () => {
  it("gives all of the template's variables, those without a default always", async () => {
    const variables = await declared();
    const required = [...variables].filter(([, hasDefault]) => !hasDefault).map(([name]) => name);
    const given = Object.keys(cloudVariables(least, "/project", "/work"));
    assert.deepEqual(
      required.filter((name) => !given.includes(name)),
      [],
    );
    const all = Object.keys(cloudVariables(most, "/project", "/work"));
    assert.deepEqual(all.sort(), [...variables.keys()].sort());
  });

  it("tags the AMI with its input digest", () => {
    const variables = cloudVariables(most, "/project", "/work");
    assert.deepEqual(variables["tags"], { Owner: "team", "immutable-fleets:input-digest": "sha256:in" });
    assert.equal(variables["playbook"], "/project/playbooks/site.yml");
  });

  it("is one packer build", () => {
    assert.deepEqual(cloudPackerCommand("/project", "/work"), [
      "packer",
      "build",
      "-color=false",
      "-var-file=/work/packer.pkrvars.json",
      "/project/images/packer/cloud",
    ]);
  });

  it("finds the AMI ids in Packer's manifest", () => {
    assert.deepEqual(amiIds("eu-west-1:ami-1,us-east-1:ami-2"), {
      "eu-west-1": "ami-1",
      "us-east-1": "ami-2",
    });
    assert.throws(() => amiIds(""), /expected REGION:ami-…, got ; /u);
  });

  it("is a template of Packer's syntax", async function () {
    this.timeout("60s");
    needs(this, "packer");
    await execa("packer", ["validate", "-syntax-only", template]);
  });

  for (const [what, build] of [
    ["the least", least],
    ["all", most],
  ] as const)
    it(`is a template that packer validates with the amazon plugin, given ${what} of its variables`, async function () {
      this.timeout("60s");
      needs(this, "packer");
      const { stdout } = await execa("packer", ["plugins", "installed"]);
      if (!stdout.includes("packer-plugin-amazon")) {
        console.log("      skipped: Packer's amazon plugin not found; toolchain/setup amazon installs it");
        this.skip();
      }
      assert.equal(await validated(build), "The configuration is valid.");
      const wrong = await validated({ ...build, sourceAmi: "latest" });
      assert.match(wrong, /source_ami: expected ami-…, the id of the AMI of the layer below/u);
    });
});

/** What Packer says of the template with a build's variables. It asks AWS nothing until it builds. */
async function validated(build: CloudBuild): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), "fleet-cloud-"));
  try {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const file = join(work, "key");
    await writeFile(file, privateKey, { mode: 0o600 });
    const given = { ...build, ...(build.keyPair && { keyPair: { ...build.keyPair, file } }) };
    const variables = JSON.stringify(cloudVariables(given, process.cwd(), work));
    await writeFile(join(work, "packer.pkrvars.json"), variables);
    const [program, , ...rest] = cloudPackerCommand(process.cwd(), work);
    const { all } = await execa(program, ["validate", ...rest.slice(1)], { reject: false, all: true });
    return all;
  } finally {
    await rm(work, { recursive: true });
  }
}
