import * as assert from "node:assert/strict";
import fc from "fast-check";
import { formatNote } from "../../../fleets/handover/note.ts";
import type { HandoverNote } from "../../../fleets/target/HandoverNote.ts";
import { firstBoot, hostileEnvironment, playsCloudInit } from "./support/firstBoot.ts";
import { made, ofType, type Instances, type Made } from "./program.ts";

const timeoutMilliseconds = 60_000;
const accounts = ["111111111111", "222222222222"];

const note: HandoverNote = {
  fleet: "web",
  release: "dev/3",
  ami: "ami-1",
  region: "eu-central-1",
  diskDigest: "sha256:aa",
  instanceType: "t3.small",
  accounts,
  environment: {},
  secrets: [],
  applications: [{ name: "site", port: 8080, health: "/healthz" }],
  startMinutes: 10,
};

describe("machine images that are handed over", function () {
  this.timeout(timeoutMilliseconds);
  let all: Made[] = [];
  const shared = (each: Instances) => {
    each.environment.aws["share"] = accounts;
    each.environment.fleets.web = { target: "handover" };
    each.environment.fleets.orders["target"] = "handover";
  };
  before(async () => (all = await made(shared)));

  it("may be launched by the accounts, and by no other", () => {
    const permissions = Object.values(ofType(all, "amiLaunchPermission:AmiLaunchPermission"));
    assert.deepEqual(
      permissions.map(({ imageId, accountId }) => [String(imageId).slice(0, 5), accountId]),
      [
        ["ami-b", accounts[0]],
        ["ami-b", accounts[1]],
        ["ami-a", accounts[0]],
        ["ami-a", accounts[1]],
      ],
    );
    assert.doesNotMatch(JSON.stringify(permissions), /"group":|organization/);
  });

  it("may be copied by them: their snapshots too", () => {
    const { create, delete: undo } = ofType(all, "local:Command")["web-share-111111111111-snapshots"] ?? {};
    const request = { region: "eu-central-1", account: accounts[0], snapshots: [`snap-${"a".repeat(17)}`] };
    assert.deepEqual(JSON.parse(String(create)), { ...request, add: true });
    assert.deepEqual(JSON.parse(String(undo)), { ...request, add: false });
  });

  it("run nowhere: there is neither network, balancer, role nor group", () => {
    const types = [...new Set(all.map(({ type }) => type))].filter((type) => !type.startsWith("fleet:"));
    assert.deepEqual(types.sort(), [
      "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
      "command:local:Command",
      "pulumi:providers:aws",
    ]);
  });

  it("may be of fleets that run here too", async () => {
    const both = await made((each) => (each.environment.aws["share"] = [accounts[0]]));
    assert.equal(Object.keys(ofType(both, "AmiLaunchPermission")).length, 2);
    assert.equal(Object.keys(ofType(both, "autoscaling/group:Group")).length, 2);
    assert.deepEqual(ofType(await made(), "AmiLaunchPermission"), {});
  });

  it("of fleets that run here too are copied into the region once", async () => {
    const both = await made(({ environment }) => {
      const zones = ["eu-west-1a", "eu-west-1b"];
      environment.aws = { ...environment.aws, region: "eu-west-1", zones, share: accounts };
    });
    const copies = both.filter(({ type }) => type.endsWith("amiCopy:AmiCopy")).map(({ name }) => name);
    assert.deepEqual(copies.sort(), ["base.machine.orders", "base.machine.site"]);
    const shared = Object.values(ofType(both, "AmiLaunchPermission")).map(({ imageId }) => imageId);
    assert.deepEqual([...new Set(shared)].sort(), ["base.machine.orders-id", "base.machine.site-id"]);
  });

  it("go with a page that says how to launch them", () => {
    assert.equal(
      formatNote(note),
      `# web, release dev/3

A machine image that runs as it is: nothing is installed or configured in it. It has been run and found well as \`dev/3\`.

| what | value |
| --- | --- |
| AMI | \`ami-1\` |
| region | eu-central-1 |
| checksum of its disk | \`sha256:aa\` |
| accounts that may launch it | 111111111111, 222222222222 |

## Is it the one?

The description must end with the checksum above:

\`\`\`sh
aws ec2 describe-images --region eu-central-1 --image-ids ami-1 --query 'Images[0].Description' --output text
\`\`\`

## Launch

\`\`\`sh
aws ec2 run-instances --region eu-central-1 --image-id ami-1 --instance-type t3.small \\
  --metadata-options HttpTokens=required --subnet-id SUBNET --security-group-ids GROUP
\`\`\`

## Expected health

Within 10 minutes each of these answers 200; the security group must let you in:

\`\`\`sh
curl -i http://ADDRESS:8080/healthz
\`\`\`

They are, in this order: site.
`,
    );
  });

  it("go with a page that tells which values to give, and none of our secrets", () => {
    const text = formatNote({ ...note, environment: { LEVEL: "info" }, secrets: ["DATABASE_URL"] });
    assert.match(text, /^ {4}LEVEL="info"\n {4}DATABASE_URL="…"$/m);
    assert.match(text, /--user-data file:\/\/user-data\.yaml/);
  });

  it("give user data that brings every value to the box byte for byte, and none becomes another setting", async function () {
    if (!(await playsCloudInit())) {
      process.stdout.write("    skipped: python3: expected PyYAML, got none; install python3-yaml\n");
      this.skip();
    }
    await fc.assert(
      fc.asyncProperty(hostileEnvironment, async (environment) => {
        const text = formatNote({ ...note, environment, secrets: ["TOKEN"] });
        const [, userData = ""] = /^```yaml\n([^]*?)^```$/m.exec(text) ?? [];
        assert.deepEqual(await firstBoot(userData), { ...environment, TOKEN: "…" });
      }),
      { numRuns: 12 },
    );
  });
});
