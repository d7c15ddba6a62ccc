import * as assert from "node:assert/strict";
import { describeDifferences, releaseDifferences } from "../../../images/release/difference.ts";
import { missingImages } from "../../../images/release/select.ts";
import type { SwapRecord } from "../../../operations/swap/record.ts";
import { releaseRows } from "../../../operations/release/list.ts";
import { release } from "./fixture.ts";

describe("differences of releases", () => {
  it("are none between equal digests", () => {
    assert.deepEqual(releaseDifferences(release("dev", 1), release("prod", 4)), []);
  });

  it("name the place, both digests and the fleets that swap", () => {
    const list = releaseDifferences(release("dev", 1), release("dev", 2, "a", "c"));
    assert.deepEqual(describeDifferences(list), [
      "~ base.catalog  bbbbbbbbbbbb → cccccccccccc  swaps catalog",
    ]);
  });

  it("name every image where nothing runs, apart from layers that only others stand on", () => {
    assert.deepEqual(describeDifferences(releaseDifferences(undefined, release("dev", 1))), [
      "+ base.catalog  bbbbbbbbbbbb  swaps catalog",
      "+ base.web  aaaaaaaaaaaa  swaps web",
    ]);
  });

  it("tell of disks", () => {
    const disk = { diskDigest: `sha256:${"d".repeat(64)}`, inputDigest: "d", snapshots: {}, amis: {} };
    const after = { ...release("dev", 1), machineImages: { "base.machine": disk } };
    assert.deepEqual(describeDifferences(releaseDifferences(release("dev", 1), after)), [
      "+ base.machine  dddddddddddd",
    ]);
  });
});

describe("an image that a release lacks", () => {
  it("is told for each place at once", () => {
    const problem = missingImages(
      release("dev", 1),
      "images",
      ["base.web", "base.orders", "base.db"],
      "dev/1",
    );
    assert.match(
      problem?.message ?? "",
      /2 problems.*\nrelease dev\/1: expected an image base\.orders, got only base, base\.web, base\.catalog; take .*\nrelease dev\/1: expected an image base\.db/,
    );
  });

  it("is no problem where all are there", () => {
    assert.equal(missingImages(release("dev", 1), "images", ["base.web"], "dev/1"), undefined);
  });
});

describe("the list of releases", () => {
  it("says what changed and where each runs", () => {
    const promoted = { ...release("prod", 1), promotedFrom: "dev/1" };
    const ledger = { author: "Ann <ann@example.com>", reason: "Prices of spring" };
    const releases = [
      { release: release("dev", 1) },
      { release: release("dev", 2, "c"), ledger },
      { release: promoted, ledger: { author: "ann", reason: "r".repeat(70) } },
    ];
    const running = [["dev", release("dev", 2)] as const, ["prod", promoted] as const];
    const at = "2026-01-02T03:04:05.000Z";
    const swap: SwapRecord = { at, seconds: 75, update: 1, result: "succeeded", swapped: ["web"] };
    const swaps: SwapRecord[] = [
      { ...swap, release: "dev/2", counts: { requests: 900, failed: 3, repeated: 1 } },
      { ...swap, result: "failed", release: "dev/1" },
      { ...swap, release: "prod/1" },
    ];
    assert.deepEqual(releaseRows(releases, running, swaps), [
      ["release", "recorded (UTC)", "changed", "swap", "runs in", "by", "why"],
      ["dev/1", "2026-01-02 03:04", "first", "–", "prod", "–", "–"],
      [
        "dev/2",
        "2026-01-02 03:04",
        "web",
        "1 min, 3 of 900 requests failed",
        "dev",
        "Ann",
        "Prices of spring",
      ],
      ["prod/1", "2026-01-02 03:04", "from dev/1: first", "1 min", "prod", "ann", `${"r".repeat(59)}…`],
    ]);
  });
});
