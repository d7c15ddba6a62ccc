import { interruptedContainers } from "../../operations/swap/interrupted.ts";
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { countsBetween, parseCounts, type EdgeCounts } from "../../operations/swap/counts.ts";
import { describeCounts, readSwaps, writeSwap, type SwapRecord } from "../../operations/swap/record.ts";
import { beginsSwap, doorIn, swappedBy } from "../../operations/swap/swapped.ts";

const counts = (requests: number, failed = 0, repeated = 0): EdgeCounts => ({ requests, failed, repeated });

describe("what an edge counts", () => {
  it("is read from all frontends and backends, not from servers too", () => {
    const row = (objType: string, values: Record<string, string | number>) =>
      Object.entries(values).map(([name, value]) => ({ objType, field: { name }, value: { value } }));
    const json = JSON.stringify([
      row("Frontend", { pxname: "public", req_tot: 100, hrsp_5xx: 2 }),
      row("Frontend", { pxname: "to-catalog", req_tot: 20, hrsp_5xx: 1 }),
      row("Server", { pxname: "catalog", hrsp_5xx: 7, srv_abrt: 3, wretr: 9, wredis: 9 }),
      row("Backend", { pxname: "catalog", hrsp_5xx: 8, srv_abrt: 4, wretr: 5, wredis: 1 }),
    ]);
    assert.deepEqual(parseCounts(json), counts(120, 7, 6));
  });

  it("is, between two looks, that of edges that went on, that began, and that have gone", () => {
    const first = new Map([["old", counts(100, 5, 1)]]);
    const last = new Map([
      ["old", counts(150, 6, 1)],
      ["new", counts(30, 0, 2)],
    ]);
    assert.deepEqual(countsBetween(first, last), counts(80, 1, 2));
    assert.deepEqual(countsBetween(new Map(), new Map()), counts(0));
  });
});

describe("what an update swapped", () => {
  const event = (urn: string, type: string, op: string): EngineEvent => ({
    sequence: 1,
    timestamp: 1,
    resOutputsEvent: { metadata: { op, urn: `urn:pulumi:dev::p::${urn}`, type } as never },
  });
  const container = "docker:index/container:Container";
  const inFleet = `fleet:index:ContainerFleet$${container}`;

  it("is what got new boxes, once, and what was configured", () => {
    const group = "aws:autoscaling/group:Group";
    const command = "command:local:Command";
    const events = [
      event(`${inFleet}::catalog-1`, container, "create-replacement"),
      event(`${inFleet}::catalog-2`, container, "replace"),
      event(`fleet:index:ContainerFleet$${command}::catalog-gate`, command, "create-replacement"),
      event(`${inFleet}::orders-1`, container, "same"),
      event(`${inFleet}::old-1`, container, "delete-replaced"),
      event(`fleet:index:Edge$${container}::edge`, container, "create"),
      event(`fleet:index:InstanceFleet$${group}::web-0123456789ab-abcdef`, group, "create"),
      event(`fleet:index:HostFleet$${command}::shop-hosts`, command, "replace"),
    ];
    assert.deepEqual(swappedBy(events), ["catalog", "edge", "shop", "web"]);
  });

  it("begins with the first box that is about to be made, not with one that stays", () => {
    const about = (op: string, urn = `${inFleet}::catalog-1`): EngineEvent => {
      const { resOutputsEvent, ...rest } = event(urn, container, op);
      const metadata = { ...resOutputsEvent?.metadata, old: { id: "abc" } } as never;
      return { ...rest, resourcePreEvent: { metadata } };
    };
    assert.deepEqual(
      ["same", "delete-replaced", "create-replacement"].map((op) => beginsSwap(about(op))),
      [false, false, true],
    );
    assert.equal(beginsSwap(event(`${inFleet}::catalog-1`, container, "create")), false);
    assert.equal(doorIn(about("same", `fleet:index:Edge$${container}::door`)), "abc");
    assert.equal(doorIn(about("same", `fleet:index:Edge$${container}::edge`)), undefined);
  });
});

describe("the record of swaps", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-swaps-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const swap: SwapRecord = {
    at: "2026-01-01T00:00:00.000Z",
    seconds: 18.2,
    update: 3,
    result: "succeeded",
    release: "dev/2",
    swapped: ["catalog"],
    counts: counts(20233, 0, 4),
  };

  it("has them newest first, and none before the first", () => {
    assert.deepEqual(readSwaps(folder, "dev"), []);
    writeSwap(folder, "dev", swap);
    writeSwap(folder, "dev", { ...swap, update: 4 });
    assert.deepEqual(
      readSwaps(folder, "dev").map(({ update }) => update),
      [4, 3],
    );
  });

  it("passes over a last line that a kill left unfinished, and writes on after it", () => {
    appendFileSync(path.join(folder, "releases/dev/swaps.jsonl"), '{"at":"2026-');
    const updates = () => readSwaps(folder, "dev").map(({ update }) => update);
    assert.deepEqual(updates(), [4, 3]);
    writeSwap(folder, "dev", { ...swap, update: 5 });
    assert.deepEqual(updates(), [5, 4, 3]);
  });

  it("names the line that is none", () => {
    appendFileSync(path.join(folder, "releases/dev/swaps.jsonl"), "{}\n");
    assert.throws(
      () => readSwaps(folder, "dev"),
      /swaps\.jsonl, line 4: expected a swap as JSON, got something else/,
    );
  });

  it("says what a swap cost", () => {
    assert.equal(describeCounts(swap), "none of 20233 requests failed");
    assert.equal(describeCounts({ counts: counts(10, 2) }), "2 of 10 requests failed");
    assert.equal(describeCounts({ counts: counts(0) }), "no requests came in");
    assert.equal(describeCounts({}), undefined);
  });
});

describe("what a killed update left", () => {
  it("is the containers that it had begun to make, by their names, and what reaches their engines", () => {
    const operation = (type: string, kind: string, name?: string) => ({
      type,
      resource: {
        ...{ type: kind, urn: `urn:${kind}`, provider: "urn:north::1" },
        ...(name !== undefined && { inputs: { name } }),
      },
    });
    const pending_operations = [
      operation("creating", "docker:index/container:Container", "catalog-1-5e0"),
      operation("deleting", "docker:index/container:Container", "catalog-2-5e0"),
      operation("creating", "docker:index/container:Container"),
      operation("creating", "command:local:Command", "base"),
      operation("creating", "aws:autoscaling/group:Group", "web"),
    ];
    assert.deepEqual(interruptedContainers({ pending_operations }), [
      { name: "catalog-1-5e0", provider: "urn:north::1" },
    ]);
    assert.deepEqual(interruptedContainers({}), []);
  });
});
