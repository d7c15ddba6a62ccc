import { execa } from "execa";
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { amiIds, cloudPackerCommand, cloudVariables } from "../../../../images/packer/cloud/command.ts";
import type { CloudBuild } from "../../../../images/packer/cloud/command.ts";

const template = "images/packer/cloud";
const least: CloudBuild = {
  name: "base-1",
  region: "eu-west-1",
  sourceAmi: "ami-1",
  inputDigest: "sha256:in",
};
const most: Required<CloudBuild> = {
  ...least,
  instanceType: "m7i.large",
  subnetId: "subnet-1",
  sshUsername: "ec2-user",
  volumeGiB: 20,
  encrypted: true,
  kmsKeyArn: "arn:key",
  accounts: ["111122223333"],
  copies: { "us-east-1": { kmsKeyArn: "arn:other" }, "us-west-2": {} },
  deprecateAt: "2027-01-01T00:00:00Z",
  tags: { Owner: "team" },
};

/** The template's variables, and whether they have a default. */
async function declared(): Promise<Map<string, boolean>> {
  const text = await readFile(`${template}/cloud.pkr.hcl`, "utf8");
  const blocks = [...text.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gmu)];
  return new Map(blocks.map(([, name = "", body = ""]) => [name, /^ {2}default/mu.test(body)]));
}

describe("the layer that is built in the cloud", () => {
  it("gives the template's variables, all that have no default, and no others", async () => {
    const variables = await declared();
    const required = [...variables].filter(([, hasDefault]) => !hasDefault).map(([name]) => name);
    const given = Object.keys(cloudVariables(least, "/project", "/work"));
    assert.deepEqual(
      required.filter((name) => !given.includes(name)),
      [],
    );
    const all = Object.keys(cloudVariables(most, "/project", "/work"));
    assert.deepEqual(
      all.filter((name) => !variables.has(name)),
      [],
    );
  });

  it("tags the AMI with its input digest, and copies it under each region's key", () => {
    const variables = cloudVariables(most, "/project", "/work");
    assert.deepEqual(variables["tags"], { Owner: "team", "immutable-fleets:input-digest": "sha256:in" });
    assert.deepEqual(variables["copy_regions"], ["us-east-1", "us-west-2"]);
    assert.deepEqual(variables["region_kms_key_ids"], { "us-east-1": "arn:other" });
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

  // The amazon plugin is in no package registry: where it is not installed, Packer can check the syntax only.
  it("is a template that packer validates, by its syntax where the amazon plugin is not installed", async function () {
    this.timeout("60s");
    const packer = await execa("packer", ["plugins", "installed"], { reject: false });
    if (packer.exitCode !== 0) this.skip();
    const variables = Object.entries(cloudVariables(least, process.cwd(), "/work"))
      .filter(([, value]) => typeof value === "string")
      .map(([name, value]) => `-var=${name}=${String(value)}`);
    const whole = packer.stdout.includes("amazon");
    const { all, exitCode } = await execa(
      "packer",
      ["validate", ...(whole ? variables : ["-syntax-only"]), template],
      {
        reject: false,
        all: true,
      },
    );
    assert.equal(exitCode, 0, all);
  });
});
