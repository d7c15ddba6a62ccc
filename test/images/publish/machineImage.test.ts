import * as pulumi from "@pulumi/pulumi";
import { strict as assert } from "node:assert";
import { owner } from "../../../config/owner.ts";
import { amiArguments, amiName, deprecationTime } from "../../../images/publish/ami/ami.ts";
import { MachineImage, machineImageArgsProblems } from "../../../images/publish/machineImage.ts";
import type { MachineImageArgs } from "../../../images/publish/machineImage.ts";
import { ownerMark } from "../../../images/publish/snapshot/snapshotTags.ts";

const DISK = `sha256:${"ab".repeat(32)}`;
const STDOUT = JSON.stringify({
  snapshotId: "snap-0123",
  diskDigest: DISK,
  encrypted: false,
  publishedAt: "2026-01-31T00:00:00Z",
});

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  parent: string | undefined;
}

const args: MachineImageArgs = {
  inputDigest: "sha256:in",
  build: ["node", "commands/disk.ts", "shop"],
  bootTest: ["node", "images/disk/boot.ts"],
  region: "eu-central-1",
  accounts: ["111122223333", "444455556666"],
  copies: { "eu-west-1": {} },
  deprecateAfterDays: 90,
};

/** Builds the component under Pulumi's mocks, and returns its resources in the order of registration. */
async function graphOf(given: MachineImageArgs): Promise<{ image: MachineImage; resources: Registered[] }> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs: inputs as Record<string, unknown>, parent: undefined });
        const state =
          type === "command:local:Command" ? { ...(inputs as object), stdout: STDOUT } : (inputs as object);
        return { id: type.startsWith("aws:") ? `ami-${name}` : `${name}-id`, state };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "fleets",
    "prod",
  );
  const image = new MachineImage("shop", given);
  await new Promise((resolve) => pulumi.all([image.amiIds, image.urn]).apply(resolve));
  await pulumi.runtime.disconnect();
  return { image, resources };
}

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

describe("MachineImage", () => {
  it("has one command, then the AMI, its copies and their permissions", async () => {
    const { resources } = await graphOf(args);
    assert.deepEqual(resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "aws:ec2/ami:Ami shop",
      "aws:ec2/amiCopy:AmiCopy shop-eu-west-1",
      "aws:ec2/amiLaunchPermission:AmiLaunchPermission shop-eu-central-1-111122223333",
      "aws:ec2/amiLaunchPermission:AmiLaunchPermission shop-eu-central-1-444455556666",
      "aws:ec2/amiLaunchPermission:AmiLaunchPermission shop-eu-west-1-111122223333",
      "aws:ec2/amiLaunchPermission:AmiLaunchPermission shop-eu-west-1-444455556666",
      "command:local:Command shop",
      "command:local:Command shop-eu-central-1-111122223333-declared",
      "command:local:Command shop-eu-central-1-444455556666-declared",
      "command:local:Command shop-eu-west-1-111122223333-declared",
      "command:local:Command shop-eu-west-1-444455556666-declared",
      "fleet:index:MachineImage shop",
    ]);
  });

  it("runs the publishing entry when the input digest changes, and keeps the snapshot", async () => {
    const { resources } = await graphOf(args);
    const command = resources.find(({ type, name }) => type === "command:local:Command" && name === "shop");
    const { create, ...inputs } = command?.inputs ?? {};
    assert.deepEqual(inputs, {
      interpreter: ["node", "images/publish/main.ts"],
      triggers: ["sha256:in"],
      logging: "stderr",
      addPreviousOutputInEnv: false,
    });
    assert.deepEqual(JSON.parse(String(create)), {
      name: "shop",
      region: "eu-central-1",
      inputDigest: "sha256:in",
      build: ["node", "commands/disk.ts", "shop"],
      bootTest: ["node", "images/disk/boot.ts"],
    });
  });

  it("deletes the snapshot with the image only where it is told to", async () => {
    const { resources } = await graphOf({ ...args, keepSnapshot: false });
    const command = resources.find(({ type, name }) => type === "command:local:Command" && name === "shop");
    assert.equal((JSON.parse(String(command?.inputs["delete"])) as { delete: boolean }).delete, true);
  });

  it("registers the AMI with what a Nitro instance and the disk need", async () => {
    const { image, resources } = await graphOf(args);
    const ami = resources.find(({ type }) => type === "aws:ec2/ami:Ami")?.inputs;
    assert.deepEqual(ami, {
      region: "eu-central-1",
      name: "shop-prod-abababababab-0123",
      description: `shop, disk ${DISK}`,
      architecture: "x86_64",
      virtualizationType: "hvm",
      bootMode: "uefi",
      enaSupport: true,
      sriovNetSupport: "simple",
      imdsSupport: "v2.0",
      rootDeviceName: "/dev/xvda",
      ebsBlockDevices: [
        { deviceName: "/dev/xvda", snapshotId: "snap-0123", volumeType: "gp3", deleteOnTermination: true },
      ],
      deprecationTime: "2026-05-01T00:00:00Z",
      tags: {
        Name: "shop",
        "immutable-fleets:disk-digest": DISK,
        "immutable-fleets:input-digest": "sha256:in",
        [ownerMark(owner())]: "prod",
      },
    });
    assert.deepEqual(await value(image.amiIds), {
      "eu-central-1": "ami-shop",
      "eu-west-1": "ami-shop-eu-west-1",
    });
    assert.equal(await value(image.diskDigest), DISK);
  });

  it("copies the AMI with its digest tags, under the region's own key", async () => {
    const keys = { encrypted: true, kmsKeyArn: "arn:a" };
    const { resources } = await graphOf({
      ...args,
      ...keys,
      copies: { "eu-west-1": { kmsKeyArn: "arn:b" } },
    });
    const copy = resources.find(({ type }) => type === "aws:ec2/amiCopy:AmiCopy")?.inputs ?? {};
    const ami = resources.find(({ type }) => type === "aws:ec2/ami:Ami")?.inputs ?? {};
    assert.deepEqual([copy["sourceAmiId"], copy["sourceAmiRegion"]], ["ami-shop", "eu-central-1"]);
    assert.deepEqual([copy["encrypted"], copy["kmsKeyId"]], [true, "arn:b"]);
    assert.deepEqual(
      [copy["tags"], copy["deprecationTime"], copy["name"]],
      [ami["tags"], ami["deprecationTime"], ami["name"]],
    );
  });

  it("reports every wrong argument", () => {
    const wrong = {
      accounts: ["1"],
      encrypted: true,
      copies: { "eu-central-1": {} },
      deprecateAfterDays: 0,
    };
    const problems = machineImageArgsProblems({ ...args, ...wrong });
    assert.deepEqual(
      problems.map((problem) => problem.split(":")[0]),
      ["accounts", "kmsKeyArn", "copies.eu-central-1.kmsKeyArn", "copies", "deprecateAfterDays"],
    );
    assert.ok(problems.every((problem) => /: expected .*, got .*; /u.test(problem)));
  });
});

describe("AMI", () => {
  const image = {
    snapshotId: "snap-0123456789abcdef0",
    diskDigest: DISK,
    encrypted: false,
    publishedAt: "2026-01-01T00:00:00Z",
  };

  it("has a name of at most 128 characters that tells disks and snapshots apart", () => {
    const name = amiName({ name: "n".repeat(200), stack: "prod" }, image);
    assert.equal(name.length, 128);
    assert.ok(name.endsWith("-abababababab-0123456789abcdef0"));
    const again = amiName({ name: "shop", stack: "prod" }, { ...image, registration: "00ff00" });
    assert.equal(again, "shop-prod-abababababab-0123456789abcdef0-00ff00");
  });

  it("is deprecated a number of days after it was published, or never", () => {
    assert.equal(deprecationTime("2026-02-28T00:00:00Z", 2), "2026-03-02T00:00:00Z");
    const options = {
      name: "a",
      stack: "b",
      inputDigest: "c",
      owner: "",
    } as const;
    assert.ok(!("deprecationTime" in amiArguments({ ...options, deprecateAfterDays: undefined }, image)));
  });
});
