import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { keepPackages, keptPackages } from "../../../images/packages/keptPackages.ts";

describe("packages that are kept", () => {
  const root = mkdtempSync(path.join(tmpdir(), "fleet-packages-"));
  after(() => {
    rmSync(root, { recursive: true });
  });
  const kept = path.join(root, "kept/one");
  const keep = () => {
    const made = mkdtempSync(path.join(root, "made-"));
    for (const name of ["b.deb", "a.rpm"]) writeFileSync(path.join(made, name), `${name} ${"x".repeat(100)}`);
    return keepPackages(made, kept);
  };

  it("are found in the order of their names, whole", () => {
    deepEqual(keptPackages(kept), []);
    const files = ["a.rpm", "b.deb"].map((name) => path.join(kept, name));
    deepEqual(keep(), files);
    deepEqual(keptPackages(kept), files);
  });

  for (const damaged of ["b.deb", "digests.json"])
    it(`are none when ${damaged} was cut short, and kept again`, () => {
      truncateSync(path.join(kept, damaged), 50);
      deepEqual(keptPackages(kept), []);
      deepEqual(keptPackages(kept), [], "looking at them must not make them whole");
      const [, deb = ""] = keep();
      equal(readFileSync(deb, "utf8").length, 106);
      equal(keptPackages(kept).length, 2);
    });
});
