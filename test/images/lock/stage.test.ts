import { deepEqual, equal } from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { keepPackage, storedPath } from "../../../images/lock/packageStore.ts";
import {
  digestLines,
  hasAllStored,
  keepFetched,
  lockWorkFolder,
  stageLock,
} from "../../../images/lock/stage.ts";
import type { LockMode } from "../../../plan/buildRequest.ts";
import { sha256 } from "../../../plan/digest.ts";

describe("what the store has, for a build", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-stage-"));
  const cacheBefore = process.env["XDG_CACHE_HOME"];
  const [ledger, other] = ["ledger's file", "other's file"] as const;
  const locked = {
    "ledger:all": { version: "1:1.0-1", sha256: sha256(ledger) },
    "other:amd64": { version: "2", sha256: sha256(other) },
  };
  const request = {
    ...{ id: "base.top", inputDigest: "0123456789abcdef", epochSeconds: 0 },
    inputs: {
      layer: "top",
      roles: ["top"],
      variables: {},
      files: {},
      tools: {},
      locked: { ...locked, "flask:pypi": { version: "3.0.1" } },
    },
  };

  before(() => {
    process.env["XDG_CACHE_HOME"] = folder;
  });
  after(() => {
    if (cacheBefore === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cacheBefore;
    rmSync(folder, { recursive: true, force: true });
  });

  const keep = (content: string, priority?: string) => {
    const file = path.join(folder, "fetched");
    writeFileSync(file, content);
    equal(keepPackage(file, sha256(content), priority, ""), true);
  };
  const staged = async (mode: LockMode) => {
    await stageLock(request, projectRoot, mode);
    const stored = readFileSync(path.join(lockWorkFolder(request), "stored"), "utf8");
    const names = readdirSync(path.join(lockWorkFolder(request), "store")).sort();
    return { stored, names, all: hasAllStored(request) };
  };

  it("is there by apt's names; it is all of it only where nothing is missing, and nothing where the lock is renewed", async () => {
    const none = { stored: "", names: [], all: false };
    deepEqual(await staged("frozen"), none);
    keep(ledger, "required");
    const some = { stored: digestLines({ "ledger:all": locked["ledger:all"] }), all: false };
    deepEqual(await staged("open"), { ...some, names: ["ledger_1%3a1.0-1_all.deb", "priorities"] });
    keep(other);
    const names = ["ledger_1%3a1.0-1_all.deb", "other_2_amd64.deb", "priorities"];
    // mmdebstrap goes by the priorities of the index.
    deepEqual(await staged("open"), { ...some, names: [names[0], "priorities"] });
    keep(other, "optional");
    deepEqual(await staged("frozen"), { stored: digestLines(locked), names, all: true });
    equal(
      readFileSync(path.join(lockWorkFolder(request), "store/priorities"), "utf8"),
      "ledger_1%3a1.0-1_all.deb required\nother_2_amd64.deb optional\n",
    );
    deepEqual(await staged("renewed"), none);
  });

  it("is what builds have fetched, by its content", async () => {
    await stageLock(request, projectRoot, "open");
    const content = "fetched by a build";
    const put = (name: string) => {
      writeFileSync(path.join(lockWorkFolder(request), "fetched", `${name}.deb`), content);
    };
    const wrong = "0".repeat(64);
    for (const name of [sha256(content), wrong, "partial"]) put(name);
    const told: string[] = [];
    keepFetched(request, (line) => told.push(line));
    deepEqual(told, []);
    equal(readFileSync(storedPath(sha256(content)), "utf8"), content);
    equal(existsSync(storedPath(wrong)), false);
  });
});
