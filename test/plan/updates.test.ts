import { deepEqual, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import { lockFile, readUpdates } from "../../plan/lockFile.ts";

describe("the lock file of images", () => {
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-lock-"));
  const write = (text: string) => {
    writeFileSync(path.join(root, lockFile), text);
  };
  const problems = (text: string) => {
    write(text);
    let found: string[] = [];
    throws(
      () => readUpdates(root),
      (error) => {
        if (!(error instanceof ConfigurationError)) throw error;
        found = error.problems.map(({ path: where, expected }) => `${where}: ${expected}`);
        return true;
      },
    );
    return found;
  };

  after(() => {
    rmSync(root, { recursive: true });
  });

  it("says nothing where there is none", () => {
    deepEqual(readUpdates(path.join(root, "nowhere")), {});
  });

  it("says what each layer has at least", () => {
    write(
      "layers: { base: { openssl: { installed: 3.0.15-1, candidate: 3.0.17-1~deb12u2, security: true } } }",
    );
    const openssl = { installed: "3.0.15-1", candidate: "3.0.17-1~deb12u2", security: true };
    deepEqual(readUpdates(root), { base: { openssl } });
  });

  it("is refused with all that is wrong in it", () => {
    const update = "{ installed: 1, candidate: $(reboot), security: perhaps, why: so }";
    deepEqual(problems(`layers: { base: { openssl: ${update} } }`), [
      "images.lock.yaml: layers.base.openssl.installed: a version of a package",
      "images.lock.yaml: layers.base.openssl.candidate: a version of a package",
      "images.lock.yaml: layers.base.openssl.security: true or false",
      "images.lock.yaml: layers.base.openssl.why: a known key",
    ]);
    deepEqual(
      problems("layers: { base: { Open SSL: {} } }")[0],
      "images.lock.yaml: layers.base.Open SSL: a package's name",
    );
    deepEqual(problems("layers: [")[0], "images.lock.yaml: YAML");
    deepEqual(problems(""), ["images.lock.yaml: a map"]);
  });
});
