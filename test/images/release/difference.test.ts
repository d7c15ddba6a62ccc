import * as assert from "node:assert/strict";
import { describeDifferences, differences } from "../../../images/release/difference.ts";
import { missingImages } from "../../../images/release/select.ts";
import { releaseRows } from "../../../operations/release/list.ts";
import { release } from "./fixture.ts";

describe("differences of releases", () => {
  it("are none between equal digests", () => {
    assert.deepEqual(differences(release("dev", 1), release("prod", 4)), []);
  });

  it("name the place, both digests and the fleets that swap", () => {
    const list = differences(release("dev", 1), release("dev", 2, "a", "c"));
    assert.deepEqual(describeDifferences(list), [
      "~ base.catalog  bbbbbbbbbbbb → cccccccccccc  swaps catalog",
    ]);
  });

  it("name every image where nothing runs, apart from layers that only others stand on", () => {
    assert.deepEqual(describeDifferences(differences(undefined, release("dev", 1))), [
      "+ base.catalog  bbbbbbbbbbbb  swaps catalog",
      "+ base.web  aaaaaaaaaaaa  swaps web",
    ]);
  });

  it("tell of disks", () => {
    const disk = { diskDigest: `sha256:${"d".repeat(64)}`, inputDigest: "d", snapshots: {}, amis: {} };
    const after = { ...release("dev", 1), machineImages: { "base.machine": disk } };
    assert.deepEqual(describeDifferences(differences(release("dev", 1), after)), [
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
    const releases = [release("dev", 1), release("dev", 2, "c"), promoted];
    const running = [["dev", release("dev", 2)] as const, ["prod", promoted] as const];
    assert.deepEqual(releaseRows(releases, running), [
      ["release", "recorded (UTC)", "changed", "runs in"],
      ["dev/1", "2026-01-02 03:04", "first", "prod"],
      ["dev/2", "2026-01-02 03:04", "web", "dev"],
      ["prod/1", "2026-01-02 03:04", "from dev/1: first", "prod"],
    ]);
  });
});
