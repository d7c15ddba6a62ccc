import * as assert from "node:assert/strict";
import { defaultInstances } from "../../../config/instances.ts";
import type { InstanceGateRequest } from "../../../fleets/instances/gate/request.ts";
import { digestOf } from "../../images/release/fixture.ts";
import { machineRelease, made, ofType, secretValue, type Made } from "./program.ts";

const timeoutMilliseconds = 60_000;

describe("fleets of instances", function () {
  this.timeout(timeoutMilliseconds);
  let all: Made[] = [];
  const groups = () => ofType(all, "autoscaling/group:Group");
  const templates = () => ofType(all, "launchTemplate:LaunchTemplate");
  before(async () => (all = await made()));

  it("are groups whose names hold the disk's digest", () => {
    assert.deepEqual(
      Object.keys(groups()).map((name) => name.replace(/-[0-9a-f]{6}$/, "")),
      ["orders-bbbbbbbbbbbb", "web-aaaaaaaaaaaa"],
    );
  });

  it("wait for their full size behind the load balancers", () => {
    for (const group of Object.values(groups())) {
      assert.equal(group["healthCheckType"], "ELB");
      assert.equal(group["desiredCapacity"], 2);
      assert.deepEqual(group["vpcZoneIdentifiers"], ["private-eu-central-1a-id", "private-eu-central-1b-id"]);
    }
    assert.deepEqual(Object.values(groups())[1]?.["targetGroupArns"], ["arn:in-site", "arn:out-site"]);
  });

  it("pass a gate that sees all boxes in service behind every load balancer", () => {
    const commands = Object.entries(ofType(all, "local:Command"));
    const gates = commands.filter(([name]) => name.endsWith("-gate"));
    assert.deepEqual(
      gates.map(([name]) => name.replace(/-[0-9a-f]{6}-gate$/, "")),
      ["orders-bbbbbbbbbbbb", "web-aaaaaaaaaaaa"],
    );
    const { group, ...request } = JSON.parse(String(gates[1]?.[1]["stdin"])) as InstanceGateRequest;
    assert.equal(`${group}-gate`, gates[1]?.[0]);
    assert.deepEqual(request, {
      fleet: "web",
      region: "eu-central-1",
      boxes: 2,
      targetGroups: ["arn:in-site", "arn:out-site"],
      timeoutSeconds: 600,
      steadySeconds: 3,
    });
  });

  it("take no AMI before the statement about its disk is verified, unless they need none", async () => {
    const proofs = (made_: typeof all) =>
      Object.entries(ofType(made_, "local:Command"))
        .filter(([name]) => name.endsWith("-proof"))
        .map(([name, { stdin }]) => [name, JSON.parse(String(stdin)) as unknown]);
    const request = (name: string, digit: string) => [
      `${name}-proof`,
      { name, digest: digestOf(digit), kind: "disk" },
    ];
    assert.deepEqual(proofs(all), [request("base.machine.orders", "b"), request("base.machine.site", "a")]);
    const needNone = await made(({ environment }) => {
      Object.assign(environment, { requireSigned: false });
    });
    assert.deepEqual(proofs(needNone), []);
  });

  it("name a version of the launch template, never the latest", () => {
    assert.doesNotMatch(JSON.stringify(all.map(({ inputs }) => inputs)), /\$Latest|\$Default/);
    assert.ok(Object.values(groups()).every((group) => (group["launchTemplate"] as Version).version === "7"));
  });

  it("take exactly the AMI of the release", () => {
    const images = Object.values(templates()).map((template) => template["imageId"]);
    assert.deepEqual(images, [`ami-${"b".repeat(17)}`, `ami-${"a".repeat(17)}`]);
  });

  it("ask for IMDSv2, encrypt, and have neither public address nor key", () => {
    for (const template of Object.values(templates())) {
      assert.equal((template["metadataOptions"] as Record<string, unknown>)["httpTokens"], "required");
      const [device] = template["blockDeviceMappings"] as { ebs: Record<string, unknown> }[];
      assert.equal(device?.ebs["encrypted"], "true");
      assert.equal(device.ebs["volumeType"], "gp3");
      const [card] = template["networkInterfaces"] as Record<string, unknown>[];
      assert.equal(card?.["associatePublicIpAddress"], "false");
      assert.equal("keyName" in template, false);
    }
    const subnets = Object.values(ofType(all, "ec2/subnet:Subnet"));
    assert.equal(subnets.length, 4);
    assert.ok(subnets.every((subnet) => subnet["mapPublicIpOnLaunch"] === false));
  });

  it("begin with a blank, encrypted volume for each device that their disk mounts", async () => {
    const resources = await made(({ fleets, environment }) => {
      Object.assign(fleets["web"], { volumes: { "/srv/data": "/dev/sdf" } });
      const instances = { ...defaultInstances, volumes: { "/dev/sdf": "1025 MiB" } };
      Object.assign(environment.fleets["web"], { instances });
    });
    const devices = Object.values(ofType(resources, "ec2/launchTemplate:LaunchTemplate")).map(
      (template) => template["blockDeviceMappings"] as { deviceName: string; ebs: Record<string, unknown> }[],
    );
    const added = devices.find(({ length }) => length === 2)?.[1];
    assert.equal(added?.deviceName, "/dev/sdf");
    const ebs = { volumeType: "gp3", volumeSize: 2, encrypted: "true", deleteOnTermination: "true" };
    assert.deepEqual(added.ebs, ebs);
    assert.equal(devices.filter(({ length }) => length === 1).length, devices.length - 1);
  });

  it("open no port to everybody but the entry's", () => {
    const open = Object.entries(ofType(all, "SecurityGroupIngressRule")).filter(
      ([, rule]) => "cidrIpv4" in rule,
    );
    assert.deepEqual(
      open.map(([, rule]) => [rule["securityGroupId"], rule["fromPort"]]),
      [
        ["public-id", 443],
        ["public-id", 80],
      ],
    );
    const groupsMade = Object.values(ofType(all, "ec2/securityGroup:SecurityGroup"));
    assert.ok(groupsMade.every((group) => !("ingress" in group) && !("egress" in group)));
    assert.doesNotMatch(JSON.stringify(ofType(all, "Rule")), /"(fromPort|toPort)":22\b|"ipProtocol":"-1"/);
  });

  it("serve by HTTPS, and send plain HTTP there", () => {
    const listeners = ofType(all, "lb/listener:Listener");
    assert.equal(listeners["public-https"]?.["protocol"], "HTTPS");
    assert.match(String(listeners["public-https"]["sslPolicy"]), /TLS13/);
    assert.match(JSON.stringify(listeners["public-redirect"]?.["defaultActions"]), /HTTP_301/);
  });

  it("find each other through the internal load balancer", () => {
    const listeners = ofType(all, "lb/listener:Listener");
    assert.equal(listeners["orders"]?.["port"], 8082);
    assert.equal(ofType(all, "LoadBalancer")["inside"]?.["internal"], true);
    const [, web] = Object.values(templates()).map(bootSettings);
    assert.equal(web?.environment["ORDERS_URL"], "http://inside.elb:8082");
  });

  it("have secrets in parameters alone", () => {
    const [orders] = Object.values(templates()).map(bootSettings);
    assert.deepEqual(orders?.parameters, "/project/prod/orders");
    assert.equal(orders.environment["LEVEL"], "info");
    assert.equal(orders.environment["DATABASE_HOST"], "db.example.internal");
    assert.equal("DATABASE_URL" in orders.environment, false);
    const places = all.filter((each) => JSON.stringify(each.inputs).includes(secretValue));
    assert.deepEqual(
      places.map(({ type, name }) => `${type} ${name}`),
      ["aws:ssm/parameter:Parameter orders-DATABASE_URL"],
    );
    assert.equal(places[0]?.inputs["type"], "SecureString");
  });

  it("may read no other fleet's parameters", () => {
    const policies = Object.entries(ofType(all, "rolePolicy:RolePolicy"));
    assert.deepEqual(
      policies.map(([name]) => name),
      ["orders-box", "orders-box-sessions", "web-box-sessions"],
    );
    assert.doesNotMatch(String(policies[0]?.[1]["policy"]), /"Resource":\["?\*"/);
    assert.match(String(policies[0]?.[1]["policy"]), /parameter\/project\/prod\/orders/);
  });

  it("have target groups and load balancers with names that AWS takes", () => {
    for (const type of ["TargetGroup", "LoadBalancer"]) {
      for (const [name, inputs] of Object.entries(ofType(all, type))) {
        assert.ok(name.length <= 24, name);
        assert.equal("name" in inputs, false);
      }
    }
  });

  it("do not scale, and alarm nobody, unless told so", () => {
    assert.deepEqual(ofType(all, "autoscaling/policy:Policy"), {});
    assert.deepEqual(ofType(all, "MetricAlarm"), {});
  });

  describe("with options", () => {
    it("begin as large as the group that they replace", async () => {
      all = await made((each) => (each.environment.fleets.web["instances"] = { maxBoxes: 6 }), { live: 5 });
      const [orders, web] = Object.values(groups());
      assert.equal(web?.["desiredCapacity"], 5);
      assert.deepEqual([web["minSize"], web["maxSize"]], [2, 6]);
      assert.equal(orders?.["desiredCapacity"], 2);
      assert.equal(Object.keys(ofType(all, "autoscaling/policy:Policy")).length, 1);
    });

    it("swap one fleet alone when its disk changes, or its configuration", async () => {
      const before = Object.keys(ofType(await made(), "autoscaling/group:Group"));
      const disk = ofType(await made(undefined, { from: machineRelease("c") }), "autoscaling/group:Group");
      const level = await made((each) => {
        each.environment.fleets.orders["environment"] = { LEVEL: "debug" };
      });
      assert.equal(Object.keys(disk)[0], before[0]);
      assert.notEqual(Object.keys(disk)[1], before[1]);
      assert.notEqual(Object.keys(ofType(level, "autoscaling/group:Group"))[0], before[0]);
      assert.equal(Object.keys(ofType(level, "autoscaling/group:Group"))[1], before[1]);
    });

    it("use a network that is there", async () => {
      all = await made((each) => {
        const network = {
          vpc: "vpc-1",
          publicSubnets: ["subnet-1", "subnet-2"],
          privateSubnets: ["subnet-3", "subnet-4"],
        };
        each.environment.aws = { ...each.environment.aws, zones: [], network };
      });
      assert.deepEqual(ofType(all, "ec2/vpc:Vpc"), {});
      assert.deepEqual(Object.values(groups())[0]?.["vpcZoneIdentifiers"], ["subnet-3", "subnet-4"]);
    });

    it("tell a topic of boxes that fail", async () => {
      all = await made((each) => (each.environment.aws["alarms"] = "arn:aws:sns:eu-central-1:1:pager"));
      assert.equal(Object.keys(ofType(all, "MetricAlarm")).length, 3);
    });

    it("encrypt with a key that is given", async () => {
      const key = "arn:aws:kms:eu-central-1:1:key/1";
      all = await made((each) => (each.environment.aws["encryptionKey"] = key));
      assert.ok(Object.values(templates()).every((template) => JSON.stringify(template).includes(key)));
      assert.equal(ofType(all, "Parameter")["orders-DATABASE_URL"]?.["keyId"], key);
    });

    it("copy the AMI where the region has none", async () => {
      all = await made((each) => {
        each.environment.aws = {
          ...each.environment.aws,
          region: "eu-west-1",
          zones: ["eu-west-1a", "eu-west-1b"],
        };
      });
      const copies = ofType(all, "amiCopy:AmiCopy");
      assert.equal(copies["base.machine.site"]?.["sourceAmiId"], `ami-${"a".repeat(17)}`);
      assert.equal(copies["base.machine.site"]["sourceAmiRegion"], "eu-central-1");
    });
  });

  it("are refused an image that the release lacks", async () => {
    const from = { ...machineRelease(), machineImages: {} };
    await assert.rejects(
      made(undefined, { from }),
      /release dev\/1: expected a machine image base\.machine\.site, got none/,
    );
  });

  it("are refused a type of another architecture than their AMI", async () => {
    const { refuseOtherType } = await import("../../../fleets/aws/releasedAmi.ts");
    const box = (type: string) => ({ fleet: "web", place: "base.machine.site", type });
    refuseOtherType(box("t4g.small"), "arm64");
    refuseOtherType(box("t3.small"), "x86_64");
    // What AWS does not say is seen by it when an instance starts.
    refuseOtherType(box("t4g.small"), undefined);
    refuseOtherType(box("t4g.small"), "");
    assert.throws(() => {
      refuseOtherType(box("t4g.small"), "x86_64");
    }, /environment\.fleets\.web\.instances\.type: expected a type for x86_64, as the AMI of base\.machine\.site is, got t4g\.small \(arm64\); name another type/);
  });

  it("are refused an AMI of another disk", async () => {
    const { verifyDisk } = await import("../../../fleets/aws/releasedAmi.ts");
    const place = { place: "base.machine.site", id: "ami-1", region: "eu-central-1" };
    assert.throws(() => {
      verifyDisk(place, digestOf("a"), { "immutable-fleets:disk-digest": digestOf("f") });
    }, /machine image base\.machine\.site: expected ami-1 in eu-central-1 to have the disk sha256:a+ as the release says, got sha256:f+;/);
  });
});

interface Version {
  version: string;
}

function bootSettings(template: Record<string, unknown>) {
  const text = Buffer.from(String(template["userData"]), "base64").toString();
  const { bootcmd } = JSON.parse(text.replace("#cloud-config\n", "")) as { bootcmd: [string[]] };
  return JSON.parse(bootcmd[0][3] ?? "") as {
    environment: Record<string, string>;
    parameters: string | null;
  };
}
