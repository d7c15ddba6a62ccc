import assert from "node:assert/strict";
import { hasWorked, idleSeconds, readLoad } from "../../../images/layer/idle.ts";
import { lastStep, lastTask, lastTry } from "../../../work/log.ts";

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
