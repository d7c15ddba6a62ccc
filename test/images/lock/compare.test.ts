import { deepEqual, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { layerPath } from "../../../images/archive/store.ts";
import { compareWithLock } from "../../../images/lock/compare.ts";
import { enterLock } from "../../../images/lock/enter.ts";
import { lockWorkFolder } from "../../../images/lock/stage.ts";
import type { LockMode, PlacedRequest } from "../../../plan/buildRequest.ts";
import { lockFile, lockText, readLock } from "../../../plan/lockFile.ts";
import { writeTestLayer } from "../disk/support/layerTar.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)] as [string, string];

describe("what was built, beside the lock", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-compare-"));
  const cacheBefore = process.env["XDG_CACHE_HOME"];
  const layers = [`sha256:${a}`];

  before(() => {
    process.env["XDG_CACHE_HOME"] = folder;
    const stanza = (name: string, version: string) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: ${version}\n`;
    const content = [stanza("ledger", "1"), stanza("unrelated", "9"), stanza("catalog", "1+abc")].join("\n");
    writeTestLayer(layerPath(layers[0] ?? ""), [{ path: "var/lib/dpkg/status", content }]);
  });
  after(() => {
    if (cacheBefore === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cacheBefore;
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (
    locked: PlacedRequest["inputs"]["locked"],
    lock: LockMode,
    own: Partial<PlacedRequest> = {},
  ): PlacedRequest => ({
    ...{ id: "base.top", inputDigest: "0123456789abcdef", epochSeconds: 0, lock, ...own },
    inputs: {
      ...{ layer: "top", roles: ["top"], variables: {}, tools: {} },
      files: { "apps/catalog/nfpm.yaml": a },
      packages: { catalog: { source: "apps/catalog" } },
      ...(locked && { locked }),
    },
  });
  const ledger = { "ledger:all": { version: "1", sha256: a } };

  it("is no matter where there is no lock, or it has all of that and nothing else", () => {
    deepEqual(compareWithLock(request(undefined, "frozen"), layers), undefined);
    const all = { ...ledger, "unrelated:all": { version: "9" } };
    deepEqual(compareWithLock(request(all, "frozen"), layers), undefined);
  });

  it("is refused where that is frozen, all of it at once, also what came by no way that apt knows of", () => {
    const fix = "run npm run images without CI=true, and commit what it locks";
    const wanted = { "gone:all": { version: "2" }, "ledger:all": { version: "0" } };
    throws(() => compareWithLock(request(wanted, "frozen"), layers), {
      message: [
        `layers.top, images.lock.yaml: expected gone:all 2 in base.top, got none; ${fix}`,
        `layers.top, images.lock.yaml: expected ledger:all 0 in base.top, got 1; ${fix}`,
        `layers.top, images.lock.yaml: expected unrelated:all not at all in base.top, got 9; ${fix}`,
      ].join("\n"),
    });
    throws(
      () => compareWithLock(request(ledger, "open", { parent: `sha256:${b}` }), layers),
      /^Error: image sha256:b+: expected its inventory, to compare what stands on it with images\.lock\.yaml, got none; /,
    );
  });

  it("is refused for what pip, npm and ansible-galaxy brought, too, with the way to lock that; of Galaxy also other content", () => {
    const fix = "run npm run images without CI=true, and commit what it locks";
    const locked = {
      ...ledger,
      "unrelated:all": { version: "9" },
      "flask:pypi": { version: "3.0.1" },
      "acme.web:galaxy": { version: "1.2.0", sha256: a },
    };
    const got = { "flask:pypi": { version: "3.0.2" }, "leaf:npm": { version: "1.0.0,2.0.0" } };
    const galaxy = { "acme.web:galaxy": { version: "1.2.0", sha256: b } };
    throws(() => compareWithLock(request(locked, "frozen"), layers, { ...got, ...galaxy }), {
      message: [
        `layers.top, images.lock.yaml: expected flask:pypi 3.0.1 in base.top, got 3.0.2; name it with its hashes in a requirements file that pip installs from, or ${fix}`,
        `layers.top, images.lock.yaml: expected leaf:npm not at all in base.top, got 1.0.0,2.0.0; install it by npm ci from a package-lock.json in the project, or ${fix}`,
        `layers.top, images.lock.yaml: expected acme.web:galaxy 1.2.0 (aaaaaaaaaaaa) in base.top, got 1.2.0 (bbbbbbbbbbbb); name its exact version in the requirements of the play, or ${fix}`,
      ].join("\n"),
    });
    const entered = compareWithLock(request(locked, "open"), layers, { ...got, ...galaxy })?.entry.packages;
    deepEqual(entered, { ...ledger, "unrelated:all": { version: "9" }, ...got, ...galaxy });
    const text = lockText({
      updates: {},
      packages: { "base.top": { amd64: { indexes: {}, packages: entered } } },
    });
    writeFileSync(path.join(folder, lockFile), text);
    deepEqual(readLock(folder).packages["base.top"]?.["amd64"]?.packages, entered);
    rmSync(path.join(folder, lockFile));
  });

  it("comes into the lock else, with the digests and indexes that its build told; packages made here do not", async () => {
    const asked = request(ledger, "open");
    mkdirSync(lockWorkFolder(asked), { recursive: true });
    const told = `package unrelated:all 9 ${b}\n${a}  mirror_InRelease\nDate: Sat, 28 Nov 2026 20:11:03 UTC\n`;
    writeFileSync(path.join(lockWorkFolder(asked), "layer.told"), told);
    const found = compareWithLock(asked, layers);
    const entry = {
      packages: { ...ledger, "unrelated:all": { version: "9", sha256: b } },
      indexes: { mirror: { sha256: a, date: "2026-11-28T20:11:03Z" } },
    };
    deepEqual(found, { entry, differences: [{ package: "unrelated:all", got: "9" }] });

    const other = { amd64: { packages: ledger, indexes: {} } };
    const before = { updates: {}, packages: { "base.web": other, "base.top": { arm64: other.amd64 } } };
    writeFileSync(path.join(folder, lockFile), lockText(before));
    await enterLock(folder, "base.top", "amd64", entry);
    const after = { "base.top": { amd64: entry, arm64: other.amd64 }, "base.web": other };
    deepEqual(readLock(folder), { updates: {}, packages: after });
    // Where a build saw no indexes, those that are known stay.
    await enterLock(folder, "base.top", "amd64", { packages: ledger, indexes: {} });
    deepEqual(readLock(folder).packages["base.top"]?.["amd64"], { packages: ledger, indexes: entry.indexes });
    const text = readFileSync(path.join(folder, lockFile), "utf8");
    deepEqual(
      [...text.matchAll(/^ {2}base\.\w+/gm)].map(([line]) => line.trim()),
      ["base.top", "base.web"],
    );
  });
});
