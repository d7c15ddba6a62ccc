import assert from "node:assert/strict";
import { environmentRow, instanceRows } from "../../operations/status/cloudRows.ts";
import { hostRows } from "../../operations/status/hostRows.ts";
import { statusOf, type StatusRow } from "../../operations/status/report.ts";
import { formatStatus } from "../../operations/status/text.ts";
import { wantedEnvironments } from "../../operations/state/beanstalk.ts";
import { runningFleets } from "../../operations/state/fleet.ts";
import type { WantedHostFleet } from "../../operations/state/host.ts";
import type { StateResource } from "../../operations/state/resource.ts";

const now = new Date("2026-01-01T01:00:00Z");
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const report = (rows: StatusRow[]) =>
  statusOf("prod", undefined, [], [], { containers: [], servers: undefined, now }, rows);
const table = (rows: StatusRow[]) => formatStatus(report(rows)).split("\n").slice(2, -1);

const hosts = {
  request: {
    fleet: "catalog",
    edge: true,
    hosts: ["host1", "host2"].map((name) => ({ name, address: name })),
  },
  content: digest("1"),
  configured: new Date("2026-01-01T00:00:00Z"),
} as WantedHostFleet;
const server = (name: string, requests: number, healthy = true) => ({
  ...{ backend: "catalog", name, address: "10.0.0.1:80", healthy, detail: healthy ? "UP" : "DOWN", requests },
});

describe("the status of mutable hosts", () => {
  it("is what the edge says of them, and since when they are configured as they are", () => {
    const rows = hostRows([hosts], [server("host-host1", 30), server("host-host2", 10, false)], now);
    assert.deepEqual(table(rows), [
      "catalog  host1  111111111111  configured  healthy                   1 h  0         75 %",
      "catalog  host2  111111111111  configured  unhealthy: catalog: DOWN  1 h  0         25 %",
    ]);
    assert.equal(report(rows).well, false);
  });

  it("is not told where no edge sends them requests", () => {
    const alone = { ...hosts, request: { ...hosts.request, edge: false } };
    assert.deepEqual(
      hostRows([alone], [], now).map(({ status }) => status.health),
      ["unchecked", "unchecked"],
    );
    assert.ok(report(hostRows([alone], [], now)).well);
  });
});

const group = {
  ...{ urn: "u", fleet: "web", group: "web-1", ami: "ami-1", diskDigest: digest("1"), boxes: 3 },
  ...{ stateful: false, region: "r", targetGroups: ["a", "b"] },
};
const tags = { "immutable-fleets:group": "web-1", "immutable-fleets:disk-digest": digest("1") };
const instance = (id: string) => ({
  id,
  ami: "ami-1",
  state: "running",
  launched: new Date("2026-01-01"),
  tags,
});
const target = (box: string, healthy: boolean) => ({
  box,
  healthy,
  detail: healthy ? "healthy" : "draining: soon",
});

describe("the status of instances", () => {
  it("is what every target group says, and tells missing ones", () => {
    const targets = [target("i-1", true), target("i-1", true), target("i-2", true), target("i-2", false)];
    assert.deepEqual(table(instanceRows(group, [instance("i-1"), instance("i-2")], targets, now)), [
      "web    i-1  111111111111  running  healthy                    1 h  0         –",
      "web    i-2  111111111111  running  unhealthy: draining: soon  1 h  0         –",
      "web    –    111111111111  missing  unhealthy                  –    0         –",
    ]);
  });

  it("says which ones keep data, and which no load balancer knows", () => {
    const [row] = instanceRows(
      { ...group, stateful: true, boxes: 1 },
      [instance("i-1")],
      [target("i-1", true)],
      now,
    );
    assert.deepEqual([row?.status.kind, row?.status.detail], ["stateful", "not seen by a load balancer"]);
  });
});

const wanted = {
  ...{ urn: "u", fleet: "web", environment: "web-123", version: "web-v1", region: "r" },
  boxes: 2,
};
const facts = {
  ...{ name: "web-123", status: "Ready", health: "Green", healthStatus: "Ok", version: "web-v1" },
  updated: new Date("2026-01-01"),
};

describe("the status of Elastic Beanstalk", () => {
  it("is well where the wanted version is ready and green", () => {
    assert.deepEqual(table([environmentRow(wanted, facts, digest("1"), now)]), [
      "web    web-123  111111111111  running  healthy  1 h  0         –",
    ]);
  });

  it("is not where another version runs, health is not green, or there is none", () => {
    const details = [
      { ...facts, version: "web-v0" },
      { ...facts, health: "Red", healthStatus: "Severe" },
      undefined,
    ]
      .map((each) => environmentRow(wanted, each, digest("1"), now).status)
      .map(({ state, health, detail }) => `${state} ${health} ${detail}`);
    assert.deepEqual(details, [
      "running unhealthy runs the version web-v0",
      "running unhealthy Red Severe",
      "missing unhealthy ",
    ]);
  });
});

describe("the fleets of a state", () => {
  const resource = (type: string, name: string, inputs: object, outputs: object): StateResource => ({
    ...{ urn: name, type, name, id: name, provider: "", pendingDelete: false },
    ...{ inputs: inputs as Record<string, unknown>, outputs: outputs as Record<string, unknown> },
  });
  const environment = resource(
    "aws:elasticbeanstalk/environment:Environment",
    "web",
    {
      platformArn: "arn:aws:elasticbeanstalk:eu-central-1::platform/Docker/4",
      version: "web-v1",
      settings: [{ namespace: "aws:autoscaling:asg", name: "MinSize", value: "2" }],
    },
    { name: "web-123" },
  );

  it("are those of Elastic Beanstalk too, with the image that the stack says", () => {
    const stack = resource("pulumi:pulumi:Stack", "s", {}, { fleets: { web: { image: digest("1") } } });
    assert.deepEqual(wantedEnvironments([environment]), [{ ...wanted, urn: "web", region: "eu-central-1" }]);
    assert.deepEqual(runningFleets([stack, environment]), [
      { name: "web", kind: "beanstalk", image: digest("1"), boxes: 2 },
    ]);
  });
});
