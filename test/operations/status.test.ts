import assert from "node:assert/strict";
import { parseEdgeServers } from "../../fleets/edge/edgeServers.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import { statusOf } from "../../operations/status/report.ts";
import { formatStatus } from "../../operations/status/text.ts";
import { facts, wanted } from "./fixture/box.ts";

const now = new Date("2026-01-01T00:02:00Z");
const server = (address: string, requests: number, healthy = true) => ({
  backend: "catalog",
  name: "catalog-1",
  address,
  healthy,
  detail: healthy ? "UP L7OK 200" : "DOWN L7STS 503",
  requests,
});
const at = (id: string, ip: string): ContainerFacts => ({
  ...facts({ Id: id }),
  NetworkSettings: { Networks: { boxes: { IPAddress: ip, Aliases: ["catalog"] } } },
});
const two = [wanted({ id: "a", name: "catalog-1" }), wanted({ id: "b", name: "catalog-2" })];

describe("status", () => {
  it("shares the traffic of a fleet among its boxes", () => {
    const servers = [server("10.0.0.1:80", 30), server("10.0.0.2:80", 10)];
    const seen = { containers: [at("a", "10.0.0.1"), at("b", "10.0.0.2")], servers, now };
    const report = statusOf("dev", undefined, [], two, seen);
    assert.deepEqual(
      report.boxes.map(({ trafficShare, health, ageSeconds }) => [trafficShare, health, ageSeconds]),
      [
        [0.75, "healthy", 120],
        [0.25, "healthy", 120],
      ],
    );
    assert.ok(report.well);
  });

  it("is not well with a box that is missing, unhealthy, or unknown to the edge", () => {
    const cases = [
      { containers: [at("a", "10.0.0.1")], servers: [server("10.0.0.1:80", 0)] },
      {
        containers: [at("a", "10.0.0.1"), at("b", "10.0.0.2")],
        servers: [server("10.0.0.1:80", 0), server("10.0.0.2:80", 0, false)],
      },
      { containers: [at("a", "10.0.0.1"), at("b", "10.0.0.2")], servers: [server("10.0.0.1:80", 0)] },
    ];
    for (const seen of cases) {
      const report = statusOf("dev", undefined, [], two, { ...seen, now });
      assert.equal(report.well, false);
      assert.equal(report.boxes[1]?.health, "unhealthy");
    }
  });

  it("asks no edge about a worker, which takes no requests", () => {
    const worker = wanted({ id: "a", name: "jobs-1", networks: { boxes: ["jobs-1"] } });
    const seen = { containers: [at("a", "10.0.0.1")], servers: [server("10.0.0.2:80", 0)], now };
    const report = statusOf("dev", undefined, [], [worker], seen);
    assert.deepEqual([report.boxes[0]?.health, report.well], ["unchecked", true]);
    const gone = statusOf("dev", undefined, [], [worker], { ...seen, containers: [] });
    assert.deepEqual(
      [gone.boxes[0]?.health, gone.boxes[0]?.state, gone.well],
      ["unchecked", "missing", false],
    );
  });

  it("does not mistake a longer address for a box's own", () => {
    const seen = { containers: [at("a", "10.0.0.1")], servers: [server("10.0.0.11:80", 5)], now };
    const [first] = statusOf("dev", undefined, [], [two[0]!], seen).boxes;
    assert.equal(first?.detail, "not seen by the edge");
  });

  it("prints a table, and what to do when nothing runs", () => {
    const seen = { containers: [at("a", "10.0.0.1")], servers: [server("10.0.0.1:80", 1)], now };
    const text = formatStatus(statusOf("dev", "http://x", ["dev/3"], [two[0]!], seen));
    assert.equal(
      text,
      "dev · http://x · release dev/3\n" +
        "FLEET    BOX        IMAGE         STATE    HEALTH   AGE    RESTARTS  TRAFFIC\n" +
        "catalog  catalog-1  111111111111  running  healthy  2 min  0         100 %\n",
    );
    const empty = statusOf("dev", undefined, [], [], { ...seen, containers: [] });
    assert.match(formatStatus(empty), /npm run up -- --stack dev/);
  });
});

describe("the edge's servers", () => {
  it("are those of HAProxy's statistics that have an address and are checked", () => {
    const row = (name: string, type: string, values: Record<string, string | number>) =>
      Object.entries({ pxname: "web", svname: name, ...values }).map(([field, value]) => ({
        objType: type,
        field: { name: field },
        value: { value },
      }));
    const json = JSON.stringify([
      row("FRONTEND", "Frontend", { status: "OPEN" }),
      row("web-1", "Server", {
        status: "UP",
        check_status: "L7OK",
        check_code: 200,
        addr: "10.0.0.1:80",
        lbtot: 4,
      }),
      row("web-2", "Server", { status: "MAINT (resolution)" }),
      row("web-1", "Server", { pxname: "unchecked_web", status: "no check", addr: "10.0.0.1:80" }),
      row("any", "Server", { pxname: "addressed_web", status: "no check", addr: "0.0.0.0:0" }),
    ]);
    assert.deepEqual(parseEdgeServers(json), [
      {
        backend: "web",
        name: "web-1",
        address: "10.0.0.1:80",
        healthy: true,
        detail: "UP L7OK 200",
        requests: 4,
      },
    ]);
  });
});
