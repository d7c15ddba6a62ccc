import { deepEqual } from "node:assert/strict";
import { lockOutcome, shownDifference } from "../../../images/lock/outcome.ts";
import { digestLines } from "../../../images/lock/stage.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)];

describe("what a build added, beside its lock", () => {
  it("is no difference where it has all of it, and nothing else", () => {
    const locked = { "ledger:all": { version: "1", sha256: a }, "own:amd64": { version: "2" } };
    deepEqual(lockOutcome({ "ledger:all": "1", "own:amd64": "2" }, locked, {}), {
      packages: locked,
      differences: [],
    });
  });

  it("is told package by package, with the digests of the files that were installed", () => {
    const locked = { "gone:all": { version: "1" }, "ledger:all": { version: "1", sha256: a } };
    const told = { "ledger:all": { version: "2", sha256: b }, "new:all": { version: "3", sha256: a } };
    const added = { "ledger:all": "2", "new:all": "3", "file:all": "4" };
    const { packages, differences } = lockOutcome(added, locked, told);
    deepEqual(packages, { ...told, "file:all": { version: "4" } });
    deepEqual(differences, [
      { package: "file:all", got: "4" },
      { package: "gone:all", wanted: "1" },
      { package: "ledger:all", wanted: "1", got: "2" },
      { package: "new:all", got: "3" },
    ]);
    deepEqual(differences.map(shownDifference), [
      "file:all 4 is new",
      "gone:all 1 is gone",
      "ledger:all 1 → 2",
      "new:all 3 is new",
    ]);
  });

  it("is looked at by lines of name, version and digest", () => {
    const packages = { "ledger:all": { version: "1", sha256: a }, "own:amd64": { version: "2:1~x" } };
    deepEqual(digestLines(packages), `ledger:all 1 ${a}\nown:amd64 2:1~x -\n`);
  });
});
