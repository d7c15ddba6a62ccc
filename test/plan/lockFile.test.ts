import { deepEqual, equal, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import { lockFile, lockText, readLock, type Lock } from "../../plan/lockFile.ts";

describe("the packages of the lock file", () => {
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-lock-"));
  const write = (text: string) => {
    writeFileSync(path.join(root, lockFile), text);
  };
  const sha256 = "0".repeat(64);
  const openssl = { installed: "3.0.15-1", candidate: "3.0.17-1", security: true };
  const lock: Lock = {
    updates: { base: { openssl } },
    packages: {
      "base.python": {
        amd64: {
          indexes: { "deb.example.org_dists_bookworm": { date: "2026-11-28T20:11:03Z", sha256 } },
          packages: { "adduser:all": { version: "3.134", sha256 }, "own:amd64": { version: "1.0-1" } },
        },
      },
    },
  };

  after(() => {
    rmSync(root, { recursive: true });
  });

  it("stand beside the updates, one line each, and are read again", () => {
    equal(
      lockText(lock),
      `# Written by npm run freshen: what each layer has at least, where its distribution had newer packages than it.
# Commit it. A layer is built again when what is said of it changes.
layers:
  base:
    openssl:
      installed: 3.0.15-1
      candidate: 3.0.17-1
      security: true

# Written by npm run lock: every package that a layer adds in its place, by the architecture of the machine.
packages:
  base.python:
    amd64:
      indexes:
        deb.example.org_dists_bookworm: { date: 2026-11-28T20:11:03Z, sha256: "${sha256}" }
      packages:
        adduser:all: { version: "3.134", sha256: "${sha256}" }
        own:amd64: { version: 1.0-1 }
`,
    );
    write(lockText(lock));
    deepEqual(readLock(root), lock);
  });

  it("change nothing of a file without them, which older ones are", () => {
    const { updates } = lock;
    const text = lockText({ updates, packages: {} });
    equal(lockText(lock).startsWith(text), true);
    write(text);
    deepEqual(readLock(root), { updates, packages: {} });
  });

  it("are refused with all that is wrong in them", () => {
    const place =
      "{ indexes: { a: { date: yesterday, sha256: x } }, packages: { ssl: { version: $(x), why: so } } }";
    write(`layers: {}\npackages: { base: { amd64: ${place}, "A B": 1 } }`);
    throws(
      () => readLock(root),
      (error) => {
        if (!(error instanceof ConfigurationError)) throw error;
        deepEqual(
          error.problems.map(({ path: where, expected }) => `${where}: ${expected}`),
          [
            "images.lock.yaml: packages.base.amd64.indexes.a.date: a time such as 2026-11-28T20:11:03Z",
            "images.lock.yaml: packages.base.amd64.indexes.a.sha256: a SHA-256 in 64 hexadecimal digits",
            "images.lock.yaml: packages.base.amd64.packages.ssl: a package's name and architecture (openssl:amd64), or where it comes from (flask:pypi)",
            "images.lock.yaml: packages.base.A B: an architecture such as amd64",
          ],
        );
        return true;
      },
    );
  });
});
