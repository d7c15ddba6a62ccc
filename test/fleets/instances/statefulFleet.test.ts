import * as assert from "node:assert/strict";
import { rules } from "../../../policy/rules.ts";
import { heldData } from "../../../plan/data/heldData.ts";
import { configured, stateAfter } from "../../plan/data/fixture.ts";
import { made, machineRelease, ofType, type Instances, type Made } from "./program.ts";

const timeoutMilliseconds = 60_000;
const stateful = (each: Instances) => {
  each.environment.fleets.orders["stateful"] = true;
  each.environment.fleets.orders["instances"] = { data: { path: "/var/lib/orders", size: "30 GiB" } };
};

describe("a stateful fleet", function () {
  this.timeout(timeoutMilliseconds);
  let all: Made[] = [];
  before(async () => (all = await made(stateful)));

  it("has a protected, encrypted volume for each box, in the box's zone", () => {
    const volumes = all.filter(({ type }) => type === "aws:ebs/volume:Volume");
    assert.deepEqual(
      volumes.map(({ name, inputs, options }) => [
        name,
        inputs["availabilityZone"],
        inputs["size"],
        inputs["encrypted"],
        options.protect,
      ]),
      [
        ["orders-1-data", "eu-central-1a", 30, true, true],
        ["orders-2-data", "eu-central-1b", 30, true, true],
      ],
    );
    const subnets = Object.values(ofType(all, "ec2/instance:Instance")).map((each) => each["subnetId"]);
    assert.deepEqual(subnets, ["private-eu-central-1a-id", "private-eu-central-1b-id"]);
  });

  it("has the volumes that an update is refused for, and takes them over by its former name", async () => {
    const configuration = configured({
      environment: {
        aws: { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"] },
        fleets: {
          orders: { target: "instances", boxes: 2, stateful: true, instances: { data: { path: "/data" } } },
        },
      },
    });
    const volumes = all.filter(({ type }) => type === "aws:ebs/volume:Volume");
    assert.deepEqual(
      heldData(stateAfter(configuration)).map(({ name, inputs }) => [name, inputs["availabilityZone"]]),
      volumes.map(({ name, inputs }) => [name, inputs["availabilityZone"]]),
    );
    const renamed = await made((each) => {
      stateful(each);
      Object.assign(each.fleets["orders"], { renamedFrom: "sales" });
    });
    const aliases = (from: Made[]) =>
      from.find(({ type }) => type === "fleet:index:StatefulFleet")?.options.aliases;
    assert.deepEqual([aliases(all), aliases(renamed)], [[], [{ name: "sales" }]]);
  });

  it("keeps its boxes as they are when their volumes' protection is lifted", async () => {
    const lifted = await made((each) => {
      each.environment.fleets.orders["stateful"] = true;
      const data = { path: "/var/lib/orders", size: "30 GiB", protect: false };
      each.environment.fleets.orders["instances"] = { data };
    });
    const instances = (from: Made[]) => ofType(from, "ec2/instance:Instance");
    assert.deepEqual(instances(lifted), instances(all));
  });

  it("mounts its volume by id, wherever the kernel puts it", () => {
    const text = Buffer.from(
      String(ofType(all, "ec2/instance:Instance")["orders-1"]?.["userDataBase64"]),
      "base64",
    );
    const { bootcmd } = JSON.parse(text.toString().replace("#cloud-config\n", "")) as { bootcmd: [string[]] };
    const { environment } = JSON.parse(bootcmd[0][3] ?? "") as { environment: Record<string, string> };
    assert.equal(
      environment["FLEET_VOLUMES"],
      "/var/lib/orders=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_orders1-data-id",
    );
  });

  it("makes another box of another specification", async () => {
    const larger = await made((each) => {
      stateful(each);
      each.environment.fleets.orders["instances"] = { data: { path: "/var/lib/orders" }, volume: "16 GiB" };
    });
    const userData = (from: Made[]) => ofType(from, "ec2/instance:Instance")["orders-1"]?.["userDataBase64"];
    assert.notEqual(userData(larger), userData(all));
    assert.equal(ofType(all, "ec2/instance:Instance")["orders-1"]?.["userDataReplaceOnChange"], true);
  });

  it("ends a box before its successor begins, and stops it before its volume goes", () => {
    const ordered = all.filter(({ type }) => /Instance$|Attachment$/.test(type) && /ec2|lb/.test(type));
    assert.equal(ordered.length, 6);
    assert.ok(ordered.every(({ options }) => options.deleteBeforeReplace === true));
    assert.equal(ofType(all, "VolumeAttachment")["orders-1"]?.["stopInstanceBeforeDetaching"], true);
  });

  it("has the data's state before each image kept as a snapshot", async () => {
    const snapshots = all.filter(({ type }) => type === "aws:ebs/snapshot:Snapshot");
    assert.deepEqual(
      snapshots.map(({ inputs, options }) => [inputs["volumeId"], options.retainOnDelete]),
      [
        ["orders-1-data-id", true],
        ["orders-2-data-id", true],
      ],
    );
    const next = ofType(await made(stateful, { from: machineRelease("a", "c") }), "ebs/snapshot:Snapshot");
    assert.equal(
      Object.keys(next).some((name) => snapshots.some((each) => each.name === name)),
      false,
    );
  });

  it("keeps its boxes' and volumes' names with another disk: they are no part of the swap", async () => {
    const next = await made(stateful, { from: machineRelease("a", "c") });
    for (const type of ["ebs/volume:Volume", "ec2/instance:Instance", "VolumeAttachment"])
      assert.deepEqual(Object.keys(ofType(next, type)), Object.keys(ofType(all, type)));
    assert.notEqual(
      ofType(next, "ec2/instance:Instance")["orders-1"]?.["ami"],
      ofType(all, "ec2/instance:Instance")["orders-1"]?.["ami"],
    );
  });

  it("changes one box at a time: each has a gate, which the next one waits for", () => {
    const order = all.map(({ name, type }) => `${type.split(":").at(-1) ?? ""} ${name}`);
    const gate = order.findIndex((each) => /^Command orders-.*-1-gate$/.test(each));
    const second = order.indexOf("Instance orders-2");
    assert.ok(gate >= 0 && second > gate, order.join("\n"));
  });

  it("has snapshots by a schedule of AWS where one is configured; the boxes stay as they are", async () => {
    const scheduled = await made((each) => {
      stateful(each);
      const snapshots = { everyHours: 12, at: "04:30", keep: 30 };
      each.environment.fleets.orders["instances"] = {
        data: { path: "/var/lib/orders", size: "30 GiB", snapshots },
      };
    });
    const policy = ofType(scheduled, "dlm/lifecyclePolicy:LifecyclePolicy")["orders-snapshots"];
    const tag = { "immutable-fleets:snapshots": "project/prod/orders" };
    assert.deepEqual(policy?.["policyDetails"], {
      resourceTypes: ["VOLUME"],
      targetTags: tag,
      schedules: [
        {
          name: "orders-snapshots",
          createRule: { interval: 12, intervalUnit: "HOURS", times: "04:30" },
          retainRule: { count: 30 },
          copyTags: true,
        },
      ],
    });
    assert.deepEqual([policy["state"], policy["executionRoleArn"]], ["ENABLED", "arn:orders-snapshots"]);
    // What AWS takes as a description.
    assert.match(String(policy["description"]), /^[0-9A-Za-z _-]{1,500}$/);
    const tags = (from: Made[]) =>
      Object.values(ofType(from, "ebs/volume:Volume")).map((each) => each["tags"] as object);
    assert.ok(tags(scheduled).every((each) => "immutable-fleets:snapshots" in each));
    assert.ok(tags(all).every((each) => !("immutable-fleets:snapshots" in each)));
    assert.deepEqual(
      ofType(scheduled, "ec2/instance:Instance")["orders-1"],
      ofType(all, "ec2/instance:Instance")["orders-1"],
    );
    assert.deepEqual(ofType(all, "dlm/lifecyclePolicy:LifecyclePolicy"), {});
  });

  it("has no group that scales, and no other fleet has volumes", async () => {
    assert.deepEqual(
      Object.keys(ofType(all, "autoscaling/group:Group")).map((name) => name.split("-")[0]),
      ["web"],
    );
    assert.deepEqual(ofType(await made(), "ebs/volume:Volume"), {});
  });

  it("is within the policies, from the AMIs of the release alone", () => {
    const approved = {
      images: new Set<string>(),
      amis: new Set(["a", "b"].map((digit) => `ami-${digit.repeat(17)}`)),
    };
    const problems = all.flatMap(({ type, name, inputs }) =>
      rules.flatMap((rule) => rule.problems({ type, name, props: inputs }, approved)),
    );
    assert.deepEqual(problems, []);
  });

  it("may be unprotected for a test", async () => {
    const open = await made((each) => {
      stateful(each);
      each.environment.fleets.orders["instances"] = { data: { path: "/data", protect: false } };
    });
    const volumes = open.filter(({ type }) => type === "aws:ebs/volume:Volume");
    assert.ok(volumes.length === 2 && volumes.every(({ options }) => options.protect !== true));
  });
});
