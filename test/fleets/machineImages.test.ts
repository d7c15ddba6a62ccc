import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { machineImagesSchema } from "../../config/machineImages.ts";
import { bootTrialOf } from "../../fleets/bootTrial.ts";
import { publishMachineImages } from "../../fleets/machineImages.ts";
import { named } from "../../plan/checked.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { machineImagePlan } from "../../plan/environment/machineImages.ts";
import type { Configuration } from "../../config/schema.ts";
import { cloudInputDigest, type CloudRequest } from "../../images/packer/cloud/request.ts";
import { diskRequestSchema } from "../../images/machine/request.ts";

const sample = readConfigurationFiles(projectRoot, "dev");
const trialOf = (configuration: Configuration, fleet: string) =>
  bootTrialOf(machineImagePlan(configuration, fleet).trial);

describe("the boot test of a fleet", () => {
  it("asks the health path of each application; one that uses accessories may answer 503", () => {
    assert.deepEqual(trialOf(sample, "catalog").healthPaths, [{ port: 8081, path: "/healthz", alone: true }]);
    assert.deepEqual(trialOf(sample, "orders").healthPaths, [{ port: 8082, path: "/healthz", alone: false }]);
  });

  it("asks by the host name, and for the status, that the application says", () => {
    const catalog = named(sample.applications, "application", "catalog");
    const own = { ...catalog, healthHost: "shop.example", healthStatus: 204 };
    assert.deepEqual(
      trialOf({ ...sample, applications: { ...sample.applications, catalog: own } }, "catalog").healthPaths,
      [{ port: 8081, path: "/healthz", host: "shop.example", expected: 204, alone: true }],
    );
  });

  it("tells the box what its fleet is told, and no secret", () => {
    const { userData = "" } = trialOf(sample, "orders");
    assert.match(userData, /CATALOG_URL/);
    assert.match(userData, /postgresql:\/\/orders:boot-test@database:5432\/orders/);
    assert.doesNotMatch(userData, /\$\{secret/);
  });

  it("gives the box a blank volume for each that it declares, where it is told to mount it", () => {
    const catalog = {
      applications: ["catalog"],
      volumes: { "/srv/data": "/dev/sdf", "/var/spool": "LABEL=spool" },
    };
    const trial = trialOf({ ...sample, fleets: { ...sample.fleets, catalog } }, "catalog");
    assert.equal(trial.blankVolumes, 2);
    const told =
      "/srv/data=/dev/disk/by-id/virtio-fleet-volume-0 /var/spool=/dev/disk/by-id/virtio-fleet-volume-1";
    assert.ok(trial.userData?.includes(`\\"FLEET_VOLUMES\\":\\"${told}\\"`), trial.userData);
    assert.doesNotMatch(trialOf(sample, "catalog").userData ?? "", /FLEET_VOLUMES/);
  });
});

describe("machine images of a stack", () => {
  const settings = machineImagesSchema.parse({ region: "eu-central-1", copies: { "eu-west-1": {} } });
  const configuration = { ...sample, environment: { ...sample.environment, machineImages: settings } };
  const plan = environmentPlan(configuration);
  const place = "base.machine.python.catalog";
  const id = (name: string): string =>
    `sha256:${Buffer.from(name).toString("hex").padEnd(64, "0").slice(-64)}`;
  const made: { type: string; name: string; inputs: Record<string, unknown> }[] = [];

  before(async () => {
    await pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        made.push({ type, name, inputs: inputs as Record<string, unknown> });
        const stdout = JSON.stringify({
          snapshotId: `snap-${name}`,
          diskDigest: id(name),
          publishedAt: "2026-01-31T00:00:00Z",
        });
        return {
          id: `ami-${name}`,
          state: { ...(inputs as object), stdout, rootSnapshotId: `snap-of-${name}` },
        };
      },
    });
  });

  after(() => pulumi.runtime.disconnect());

  it("are none where the environment does not ask for them", async () => {
    const without = environmentPlan(sample);
    assert.equal("machineImages" in without, false);
    assert.deepEqual([...(await publishMachineImages(without, new Map()))], []);
    assert.deepEqual(made, []);
  });

  it("are built from the images of the chain with the kernel, and recorded by region", async () => {
    const places = (plan.machineImages?.local ?? []).flatMap(({ chain }) =>
      chain.map((_, index) => chain.slice(0, index + 1).join(".")),
    );
    const images = new Map(
      places.map((each) => [
        each,
        { image: pulumi.output(id(each)), inputDigest: pulumi.output(each), services: pulumi.output([]) },
      ]),
    );
    const records = await publishMachineImages(plan, images);
    assert.deepEqual([...records.keys()].sort(), [
      "base.machine.apache.site",
      place,
      "base.machine.python.orders",
    ]);
    const record = await new Promise<Record<string, unknown>>((resolve) =>
      records.get(place)?.apply(resolve),
    );
    assert.deepEqual(record, {
      diskDigest: id("catalog"),
      inputDigest: record["inputDigest"],
      snapshots: { "eu-central-1": "snap-catalog", "eu-west-1": "snap-of-catalog-eu-west-1" },
      amis: { "eu-central-1": "ami-catalog", "eu-west-1": "ami-catalog-eu-west-1" },
    });
    const command = made.find(({ type, name }) => type === "command:local:Command" && name === "catalog");
    const create = JSON.parse(String(command?.inputs["create"])) as { build: string[]; bootTest: string[] };
    assert.deepEqual(create.build.slice(0, 3), ["node", "images/machine/main.ts", "build"]);
    const request = diskRequestSchema.parse(JSON.parse(create.build[3] ?? ""));
    assert.deepEqual(
      request.images.map((each) => each.place),
      ["base", "base.machine", "base.machine.python", place],
    );
    assert.equal(request.baseImages, 2);
    assert.equal(create.bootTest[2], "boot");
    assert.deepEqual(command?.inputs["triggers"], [record["inputDigest"]]);
  });

  it("are built by instances where the environment says so, on an AMI that brings its own kernel", async () => {
    made.length = 0;
    const cloud = { sourceAmi: "ami-1", subnet: "subnet-1" };
    const built = { region: "eu-central-1", builder: "cloud", fleets: ["catalog"], cloud };
    const machineImages = machineImagesSchema.parse(built);
    const inCloud = { ...sample, environment: { ...sample.environment, machineImages } };
    const planned = environmentPlan(inCloud);
    assert.deepEqual(planned.machineImages?.local, []);
    assert.deepEqual(planned.machineImages.cloud, [
      { fleet: "catalog", chain: ["base", "python", "catalog"] },
    ]);
    const records = await publishMachineImages(planned, new Map());
    const record = await new Promise<Record<string, unknown>>((resolve) =>
      records.get("base.python.catalog")?.apply(resolve),
    );
    assert.deepEqual(record["amis"], { "eu-central-1": "ami-catalog" });
    const command = made.find(({ type }) => type === "command:local:Command");
    const create = JSON.parse(String(command?.inputs["create"])) as Record<string, unknown>;
    const [, program, text = ""] = create["build"] as string[];
    assert.deepEqual(
      [program, create["builtInCloud"], create["bootTest"]],
      ["images/packer/cloud/main.ts", true, undefined],
    );
    const request = JSON.parse(text) as CloudRequest;
    assert.deepEqual(
      request.layers.map((layer) => layer.place),
      ["base", "base.python", "base.python.catalog"],
    );
    assert.equal(create["inputDigest"], cloudInputDigest(request));
    assert.equal(request.settings.subnet, "subnet-1");
  });
});
