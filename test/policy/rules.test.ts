import * as assert from "node:assert/strict";
import { approvedByReleases, approvedOnly } from "../../policy/approved.ts";
import { rules, type Approved } from "../../policy/rules.ts";
import { writeRelease } from "../../images/release/store.ts";
import { made } from "../fleets/instances/program.ts";
import { digestOf, release, temporaryRoot } from "../images/release/fixture.ts";

const template = "aws:ec2/launchTemplate:LaunchTemplate";
const goodTemplate = {
  imageId: "ami-1",
  metadataOptions: { httpTokens: "required" },
  blockDeviceMappings: [{ ebs: { encrypted: "true" } }],
  networkInterfaces: [{ associatePublicIpAddress: "false" }],
};
const goodInstance = {
  ami: "ami-1",
  metadataOptions: { httpTokens: "required" },
  rootBlockDevice: { encrypted: true },
};

function problems(type: string, props: Record<string, unknown>, approved?: Approved): string[] {
  return rules.flatMap((rule) =>
    rule.problems({ type, name: "it", props }, approved).map((problem) => `${rule.name}: ${problem}`),
  );
}

describe("the policies", () => {
  const violations: [string, string, Record<string, unknown>, RegExp][] = [
    [
      "an image named by tag",
      "docker:index/container:Container",
      { image: "site:latest" },
      /^digests-not-tags: image: expected a digest/,
    ],
    [
      "a template's latest version",
      "aws:autoscaling/group:Group",
      { launchTemplate: { version: "$Latest" } },
      /^digests-not-tags: launchTemplate\.version: expected a number, got \$Latest/,
    ],
    [
      "IMDSv1",
      template,
      { ...goodTemplate, metadataOptions: { httpTokens: "optional" } },
      /^instance-metadata: .*got optional/,
    ],
    [
      "IMDS as it comes",
      "aws:ec2/instance:Instance",
      { rootBlockDevice: { encrypted: true } },
      /^instance-metadata: .*got nothing/,
    ],
    [
      "a plain root volume of an instance",
      "aws:ec2/instance:Instance",
      { metadataOptions: { httpTokens: "required" } },
      /^encryption: rootBlockDevice\.encrypted: expected true, got nothing/,
    ],
    [
      "another plain volume of an instance",
      "aws:ec2/instance:Instance",
      { ...goodInstance, ebsBlockDevices: [{ encrypted: true }, { encrypted: false }] },
      /^encryption: ebsBlockDevices\[1\]\.encrypted: expected true, got false/,
    ],
    [
      "an instance of a template's latest version",
      "aws:ec2/instance:Instance",
      { ...goodInstance, launchTemplate: { version: "$Latest" } },
      /^digests-not-tags: launchTemplate\.version/,
    ],
    [
      "a plain root volume",
      template,
      { ...goodTemplate, blockDeviceMappings: [{ ebs: {} }] },
      /^encryption: blockDeviceMappings\[0\]/,
    ],
    [
      "a root volume as the AMI has it",
      template,
      { ...goodTemplate, blockDeviceMappings: [] },
      /^encryption: blockDeviceMappings: expected an encrypted/,
    ],
    [
      "a plain volume",
      "aws:ebs/volume:Volume",
      { encrypted: false },
      /^encryption: encrypted: expected true, got false/,
    ],
    [
      "a plain parameter",
      "aws:ssm/parameter:Parameter",
      { type: "String" },
      /^encryption: type: expected SecureString/,
    ],
    [
      "a public address",
      template,
      { ...goodTemplate, networkInterfaces: [{ associatePublicIpAddress: "true" }] },
      /^no-public-boxes: associatePublicIpAddress/,
    ],
    [
      "a key pair",
      template,
      { ...goodTemplate, keyName: "mine" },
      /^no-public-boxes: keyName: expected none, got mine/,
    ],
    [
      "SSH for everybody",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" },
      /^no-public-boxes: ingress: expected no port 22/,
    ],
    [
      "a range with SSH in it",
      "aws:ec2/securityGroup:SecurityGroup",
      { ingress: [{ protocol: "tcp", fromPort: 20, toPort: 30, ipv6CidrBlocks: ["::/0"] }] },
      /no port 22 for everybody/,
    ],
    [
      "every port",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      { type: "ingress", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
      /no port 22, 3389/,
    ],
  ];
  for (const [what, type, props, message] of violations) {
    it(`refuse ${what}`, () => {
      const found = problems(type, props);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", message);
    });
  }

  it("refuse what no signed release names, where releases are taken", () => {
    const approved = { images: new Set([digestOf("a")]), amis: new Set(["ami-1"]) };
    const container = "docker:index/container:Container";
    assert.deepEqual(problems(container, { image: digestOf("a") }, approved), []);
    assert.match(problems(container, { image: digestOf("b") }, approved)[0] ?? "", /^approved-images: image/);
    assert.deepEqual(problems(template, goodTemplate, approved), []);
    assert.match(problems(template, { ...goodTemplate, imageId: "ami-2" }, approved)[0] ?? "", /got ami-2/);
  });

  it("refuse an instance by itself, as of a stateful fleet, that no signed release names", () => {
    const approved = { images: new Set<string>(), amis: new Set(["ami-1"]) };
    const instance = "aws:ec2/instance:Instance";
    assert.deepEqual(problems(instance, goodInstance, approved), []);
    assert.deepEqual(problems(instance, { ...goodInstance, ami: "ami-2" }, approved), [
      "approved-images: ami: expected one of a signed release, got ami-2; record it where it was proved",
    ]);
  });

  it("refuse every image where releases are taken and there is none", () => {
    const approved = { images: new Set<string>(), amis: new Set<string>() };
    const container = "docker:index/container:Container";
    assert.match(problems(container, { image: digestOf("a") }, approved)[0] ?? "", /^approved-images: image/);
    assert.match(problems(template, goodTemplate, approved)[0] ?? "", /^approved-images: imageId/);
    assert.match(
      problems("aws:ec2/instance:Instance", goodInstance, approved)[0] ?? "",
      /^approved-images: ami/,
    );
    assert.deepEqual(problems(container, { image: digestOf("a") }), []);
  });

  it("take no slip for consent", () => {
    for (const value of ["true", "yes", "1", "True"]) assert.equal(approvedOnly(value), true, value);
    for (const value of [undefined, "", "false"]) assert.equal(approvedOnly(value), false);
  });

  it("know the images of the releases", async () => {
    const { root, remove } = temporaryRoot();
    await writeRelease(root, release("dev", 1));
    const { images } = approvedByReleases(root);
    remove();
    assert.ok(images.has(digestOf("a")) && images.has(digestOf("b")));
  });

  it("allow SSH from within, and HTTPS for everybody", () => {
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.deepEqual(
      problems(rule, { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "10.0.0.0/8" }),
      [],
    );
    assert.deepEqual(
      problems(rule, { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
      [],
    );
  });

  it("hold for our own fleets of instances, stateful ones too", async function () {
    this.timeout(60_000);
    const all = [
      ...(await made()),
      ...(await made(({ environment }) => {
        environment.fleets.orders["stateful"] = true;
        environment.fleets.orders["instances"] = { data: { path: "/var/lib/data", size: "8 GiB" } };
      })),
    ];
    assert.ok(all.some(({ type }) => type === "aws:ec2/instance:Instance"));
    assert.deepEqual(
      all.flatMap(({ type, inputs }) => problems(type, inputs)),
      [],
    );
  });
});
