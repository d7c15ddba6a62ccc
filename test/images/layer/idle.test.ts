import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasWorked, idleSeconds, readLoad, refusingIdleness } from "../../../images/layer/idle.ts";
import { lastStep, lastTask, lastTry, type BuildLog } from "../../../work/log.ts";
import { useFolder } from "../../support/folder.ts";
import { withVariables } from "../../support/variables.ts";

describe("the load of a build's box", () => {
  it("is read from what the engine tells", () => {
    const line = JSON.stringify({ CPUPerc: "12.50%", NetIO: "1.5kB / 2MB", BlockIO: "0B / 0B" });
    assert.deepEqual(readLoad(line), { processorPercent: 12.5, networkBytes: 2_001_500 });
    // What the engine says of a box that has just gone.
    const gone = JSON.stringify({ CPUPerc: "--", NetIO: "--" });
    assert.deepEqual(readLoad(gone), { processorPercent: 0, networkBytes: 0 });
  });

  it("is work when it computes or moves data, not when it waits", () => {
    const waits = { processorPercent: 0.05, networkBytes: 1_000_000 };
    assert.ok(!hasWorked(undefined, waits));
    assert.ok(!hasWorked(waits, { ...waits, networkBytes: 1_000_500 }));
    assert.ok(hasWorked(waits, { ...waits, networkBytes: 1_100_000 }));
    assert.ok(hasWorked(waits, { ...waits, processorPercent: 3 }));
  });
});

describe("how long a box may do nothing", () => {
  it("is two minutes, what the user says, or for ever", () => {
    assert.equal(idleSeconds({}), 120);
    assert.equal(idleSeconds({ FLEET_BUILD_IDLE_SECONDS: "30" }), 30);
    assert.equal(idleSeconds({ FLEET_BUILD_IDLE_SECONDS: "0" }), 0);
  });

  it("is told to be wrong with what to do", () => {
    assert.throws(() => idleSeconds({ FLEET_BUILD_IDLE_SECONDS: "2m" }), {
      message: /^FLEET_BUILD_IDLE_SECONDS: expected a whole number of seconds, got 2m; /,
    });
  });
});

describe("a watch over a box", () => {
  const folder = useFolder();

  it("ends with what is watched, although the engine still measures", async () => {
    const client = '#!/bin/sh\n[ "$1" = ps ] && echo box && exit\necho $$ > "$0.pid"\nexec sleep 60\n';
    const docker = path.join(folder(), "docker");
    writeFileSync(docker, client, { mode: 0o755 });
    const log = { printedBytes: () => 0, doing: () => undefined } as unknown as BuildLog;
    const watched = { build: "b", limitSeconds: 0.1, isWaiting: () => true };
    const measures = async () => {
      while (!existsSync(`${docker}.pid`)) await sleep(20);
    };
    const PATH = `${folder()}:${process.env["PATH"] ?? ""}`;
    const began = Date.now();
    await withVariables({ PATH }, () => refusingIdleness(log, watched, measures));
    assert.ok(Date.now() - began < 30_000, `took ${Date.now() - began} ms`);
    const pid = Number(readFileSync(`${docker}.pid`, "utf8"));
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
});

describe("what a build is at", () => {
  const began = "== packer applies base (0.1 s)\n";

  it("is the task or step that began last", () => {
    const output = `${began}    docker.ansible: TASK [Gathering Facts] ****\n    docker.ansible: TASK [base : Install [all]] ***\nok\n`;
    assert.equal(lastTask(lastTry(output)), "base : Install [all]");
    assert.equal(lastStep(lastTry(`${began}provision: step install.sh\n`)), "install.sh");
  });

  it("is nothing of an earlier try", () => {
    assert.equal(
      lastTask(lastTry(`${began}TASK [base : Install] ***\n${began}==> docker.ansible: Starting\n`)),
      undefined,
    );
  });
});
