import { deepEqual, equal } from "node:assert/strict";
import { formatProblem } from "../../../config/problem.ts";
import { lockDifferences } from "../../../operations/lock/differences.ts";
import { mergedLock } from "../../../operations/lock/merged.ts";
import { isResolved, resolvedPlace } from "../../../operations/lock/resolve.ts";
import { formatLock } from "../../../operations/lock/text.ts";
import type { LockedPlace } from "../../../plan/lockedPackages.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const at = "packages.base.amd64";
const old: LockedPlace = {
  indexes: { mirror: { date: "2026-11-01T00:00:00Z", sha256: a } },
  packages: { "ledger:all": { version: "1.0-1", sha256: a }, "own:all": { version: "1" } },
};
const indexed = {
  packages: new Map([["ledger:all", [{ version: "1.1-1", sha256: b }]]]),
  indexes: { mirror: { date: "2026-11-28T00:00:00Z", sha256: b } },
};

describe("what comes into the lock", () => {
  it("is nothing else while an image has the same, whatever the indexes are by now", () => {
    const same = { "ledger:all": "1.0-1", "own:all": "1" };
    deepEqual(resolvedPlace(same, {}, indexed, old, at), { place: old, problems: [] });
    deepEqual(resolvedPlace(same, {}, undefined, old, at), { place: old, problems: [] });
  });

  it("is a new version with its digest, and the indexes that have it", () => {
    deepEqual(resolvedPlace({ "ledger:all": "1.1-1", "own:all": "1" }, {}, indexed, old, at), {
      place: {
        indexes: indexed.indexes,
        packages: { "ledger:all": { version: "1.1-1", sha256: b }, "own:all": { version: "1" } },
      },
      problems: [],
    });
  });

  it("keeps the digest of a version that the mirror has no more, and has none of one that it never had", () => {
    const { place } = resolvedPlace({ "ledger:all": "1.0-1", "new:all": "2" }, {}, indexed, old, at);
    deepEqual(place.packages, { "ledger:all": { version: "1.0-1", sha256: a }, "new:all": { version: "2" } });
  });

  it("is refused where an index has other content under a version that is locked", () => {
    const changed = new Map([["ledger:all", [{ version: "1.0-1", sha256: c }]]]);
    const { problems } = resolvedPlace(
      { "ledger:all": "1.0-1" },
      {},
      { ...indexed, packages: changed },
      old,
      at,
    );
    deepEqual(problems.map(formatProblem), [
      `images.lock.yaml: packages.base.amd64.packages.ledger:all: expected SHA-256 ${a}, got ${c} in its index; its mirror has other content under the same version: ask whoever publishes it; where that is right, take the line out and lock again`,
    ]);
    // Of two indexes with the same version one may be another's rebuild.
    const both = new Map([["ledger:all", [c, a].map((sha256) => ({ version: "1.0-1", sha256 }))]]);
    deepEqual(
      resolvedPlace({ "ledger:all": "1.0-1" }, {}, { ...indexed, packages: both }, old, at).problems,
      [],
    );
  });

  it("asks no index where the lock has every version with its digest", () => {
    equal(isResolved({ "ledger:all": "1.0-1" }, old), true);
    equal(isResolved({ "ledger:all": "1.1-1" }, old), false);
    equal(isResolved({ "own:all": "1" }, old), false);
    equal(isResolved({ "ledger:all": "1.0-1" }, undefined), false);
    equal(isResolved({}, undefined), true);
  });

  it("leaves other environments and other machines alone; places of layers that are no more go", () => {
    const place = (version: string): LockedPlace => ({ indexes: {}, packages: { "x:all": { version } } });
    const before = {
      base: { amd64: place("1"), arm64: place("1") },
      "base.machine": { amd64: place("1") },
      "base.gone": { amd64: place("1") },
      "base.python": { amd64: place("1") },
    };
    const looked = {
      base: place("2"),
      "base.python": { indexes: {}, packages: {} },
      "base.edge": place("3"),
    };
    deepEqual(mergedLock(before, looked, "amd64", ["base", "machine", "python", "edge"]), {
      base: { amd64: place("2"), arm64: place("1") },
      "base.edge": { amd64: place("3") },
      "base.machine": { amd64: place("1") },
    });
  });

  it("is told package by package, in one line each", () => {
    const place = (packages: Record<string, string>) => ({
      amd64: {
        indexes: {},
        packages: Object.fromEntries(Object.entries(packages).map(([id, version]) => [id, { version }])),
      },
    });
    const before = {
      base: place({ "ledger:all": "1.0-1", "wget:amd64": "1" }),
      gone: place({ "x:all": "1" }),
    };
    const packages = { base: place({ "ledger:all": "1.1-1", "curl:amd64": "7" }) };
    const differences = lockDifferences(before, packages, "amd64");
    const report = {
      packages,
      differences,
      unindexed: ["base: curl:amd64 7"],
      undigested: [{ place: "el", count: 2 }],
    };
    const told = `base: curl:amd64 7 is new
base: ledger:all 1.0-1 → 1.1-1
base: wget:amd64 1 is gone
gone: x:all 1 is gone
base: curl:amd64 7 is in no index of its image's sources any more: locked without a digest
el: 2 packages of rpm without a digest, which the next build of the layer adds
images.lock.yaml: 4 differences`;
    equal(formatLock(report, true), `${told} written; 2 packages in 1 place; commit it\n`);
    equal(formatLock(report, false), `${told}; npm run lock writes what is there\n`);
    const same = { packages, differences: [], unindexed: [], undigested: [] };
    equal(formatLock(same, false), "images.lock.yaml: as it is; 2 packages\n");
    deepEqual(lockDifferences(before, before, "amd64"), []);
    deepEqual(lockDifferences(before, packages, "arm64"), []);
  });
});
