import { deepEqual } from "node:assert/strict";
import { lockOutcome } from "../../../images/lock/outcome.ts";
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
    deepEqual(lockOutcome({ "ledger:all": "2", "new:all": "3", "file:all": "4" }, locked, told), {
      packages: { ...told, "file:all": { version: "4" } },
      differences: [
        { package: "file:all", wanted: "not at all", got: "4" },
        { package: "gone:all", wanted: "1", got: "none" },
        { package: "ledger:all", wanted: "1", got: "2" },
        { package: "new:all", wanted: "not at all", got: "3" },
      ],
    });
  });

  it("is looked at by lines of name, version and digest", () => {
    const packages = { "ledger:all": { version: "1", sha256: a }, "own:amd64": { version: "2:1~x" } };
    deepEqual(digestLines(packages), `ledger:all 1 ${a}\nown:amd64 2:1~x -\n`);
  });
});
