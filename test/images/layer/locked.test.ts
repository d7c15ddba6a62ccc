import { deepEqual, equal, rejects } from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { holdingToLock, type MadeLayer } from "../../../images/layer/locked.ts";
import { lockWorkFolder } from "../../../images/lock/stage.ts";
import { projectRoot } from "../../../config/root.ts";
import type { LockMode, PlacedRequest } from "../../../plan/buildRequest.ts";
import { BuildLog } from "../../../work/log.ts";

const gone =
  "images.lock.yaml: expected other:all 1 in base.top, got 2: the index of 2026-11-28T20:11:03Z has the locked one no more; npm run freshen, and commit what it locks";
const otherContent = `images.lock.yaml: expected SHA-256 ${"0".repeat(64)} of other:all 1 in base.top, got ${"1".repeat(64)}; ask whoever publishes it, or take the line out, and run npm run lock`;

describe("a build that holds to the lock", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-held-"));
  const cacheBefore = process.env["XDG_CACHE_HOME"];
  let log: BuildLog;
  let tries: LockMode[];

  before(() => {
    process.env["XDG_CACHE_HOME"] = folder;
  });
  beforeEach(() => {
    log = new BuildLog("base.top", "0123456789abcdef");
    tries = [];
  });
  after(() => {
    if (cacheBefore === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cacheBefore;
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (lock?: LockMode): PlacedRequest => ({
    id: "base.top",
    inputDigest: "0123456789abcdef",
    epochSeconds: 0,
    ...(lock && { lock }),
    inputs: {
      ...{ layer: "top", roles: ["top"], variables: {}, files: {}, tools: {} },
      locked: {
        "other:all": { version: "1" },
        "flask:pypi": { version: "3.0.1" },
        "acme.web:galaxy": { version: "1.2.0" },
      },
    },
  });

  /** Builds, with what each try prints; a try that prints nothing succeeds. */
  const hold = (asked: PlacedRequest, ...printed: readonly string[]) =>
    holdingToLock(asked, projectRoot, log, (held) => {
      const text = printed[tries.length] ?? "";
      tries.push(held.lock ?? "open");
      deepEqual(readFileSync(path.join(lockWorkFolder(held), "digests"), "utf8"), "other:all 1 -\n");
      equal(readFileSync(path.join(lockWorkFolder(held), "mode"), "utf8"), held.lock);
      const constraints = readFileSync(path.join(lockWorkFolder(held), "constraints.txt"), "utf8");
      equal(constraints, held.lock === "renewed" ? "" : "flask==3.0.1\n");
      appendFileSync(log.file, `${text}\n`);
      return text === "" ? Promise.resolve(made(held)) : Promise.reject(new Error("packer failed"));
    });
  const made = (held: PlacedRequest): MadeLayer => ({
    request: held,
    result: { id: held.id, inputDigest: held.inputDigest, image: "sha256:1", services: [] },
  });

  it("tells of each package that the lock refused, in its layer, and leaves nothing behind", async () => {
    await rejects(hold(request("frozen"), `E: x\n${gone}\n${otherContent}`), {
      message: `layers.top, ${gone}\nlayers.top, ${otherContent}`,
    });
    deepEqual(tries, ["frozen"]);
    equal(existsSync(lockWorkFolder(request())), false);
    tries = [];
    await rejects(hold(request("open"), "E: something else"), { message: "packer failed" });
  });

  it("tells of what can be had no more where apt found no way, and only there", async () => {
    const asking = (printed: string) =>
      holdingToLock(request("open"), projectRoot, log, (held) => {
        writeFileSync(path.join(lockWorkFolder(held), "gone.told"), `${gone}\n`);
        appendFileSync(log.file, `${printed}\n`);
        return Promise.reject(new Error("packer failed"));
      });
    await rejects(asking("E: Unable to locate package other"), { message: `layers.top, ${gone}` });
    await rejects(asking("fatal: the role is wrong"), { message: "packer failed" });
  });

  it("tells that what is asked for goes not with what is locked, with what apt said of it", async () => {
    const said = "The following packages have unmet dependencies:";
    await rejects(hold(request("frozen"), said), {
      message:
        "layers.top, images.lock.yaml: expected packages that go with those locked in base.top and there below it, got none, as apt says below; npm run freshen, and commit what it locks\npacker failed",
    });
    tries = [];
    await hold(request("renewed"), said);
    deepEqual(tries, ["open", "renewed"]);
  });

  it("tells what pip or ansible-galaxy could not give as it is locked, with what it said; renewed, it takes what there is", async () => {
    const said = `ERROR: Cannot install flask because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    The user requested flask>=3.1\n    The user requested (constraint) flask==3.0.1\n`;
    await rejects(hold(request("open"), said), {
      message:
        "layers.top, images.lock.yaml: expected pip to install flask:pypi 3.0.1 in base.top, got a conflict, as it says below; npm run freshen, and commit what it locks\npacker failed",
    });
    tries = [];
    await hold(request("renewed"), said);
    deepEqual(tries, ["open", "renewed"]);
    tries = [];
    const galaxy =
      "ERROR! Could not satisfy the following requirements:\n* acme.web:>=1,==1.2.0 (direct request)\n";
    await rejects(hold(request("open"), galaxy), {
      message:
        "layers.top, images.lock.yaml: expected ansible-galaxy to give acme.web:galaxy 1.2.0 in base.top, got a conflict, as it says below; npm run freshen, and commit what it locks\npacker failed",
    });
  });

  it("is made without it where that may be renewed and what is locked can be had no more, and for no other reason", async () => {
    const { request: held } = await hold(request("renewed"), gone);
    deepEqual([held.lock, tries], ["renewed", ["open", "renewed"]]);
    tries = [];
    await hold(request("renewed"));
    deepEqual(tries, ["open"]);
    tries = [];
    await rejects(hold(request("renewed"), `${gone}\n${otherContent}`));
    deepEqual(tries, ["open"]);
    tries = [];
    // What the first try said is not why the second one failed.
    await rejects(hold(request("renewed"), gone, "E: no room"), { message: "packer failed" });
    deepEqual(tries, ["open", "renewed"]);
  });
});
