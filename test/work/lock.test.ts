import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { isLocked, withLock } from "../../work/lock.ts";

const program = path.join(import.meta.dirname, "holdLock.ts");

describe("a build's lock", function () {
  this.timeout(60_000);
  const cache = mkdtempSync(path.join(tmpdir(), "fleet-locks-"));
  const env = { XDG_CACHE_HOME: cache };
  const children: { kill(signal: "SIGKILL"): unknown }[] = [];
  /** A process that takes the lock; its words come in `said`. */
  const holder = (...args: string[]) => {
    const child = execa("node", [program, "layer-x", ...args], { env, stdin: "pipe", reject: false });
    children.push(child);
    let said = "";
    child.stdout.on("data", (part: Buffer) => (said += part.toString()));
    const says = async (words: string) => {
      while (!said.includes(words)) await sleep(10);
    };
    return { child, says, said: () => said };
  };

  before(() => {
    process.env["XDG_CACHE_HOME"] = cache;
  });
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(cache, { recursive: true });
  });

  it("is kept while its holder is stopped, and free as soon as the holder is killed", async () => {
    const first = holder();
    await first.says("has it");
    first.child.kill("SIGSTOP");
    const second = holder();
    await second.says("waits");
    // Longer than what an earlier version, which went by the age of a file, took for dead.
    await sleep(11_000);
    assert.equal(second.said(), "waits\n");
    assert.equal(isLocked("layer-x"), true);
    first.child.kill("SIGKILL");
    await second.says("has it");
    assert.equal(isLocked("layer-x"), true);
    second.child.stdin.end();
    await second.child;
    assert.equal(isLocked("layer-x"), false);
  });

  it("is held against work of this process too, and freed when the work fails", async () => {
    const order: string[] = [];
    const failing = withLock(
      "own",
      () => order.push("waits"),
      async () => {
        assert.equal(isLocked("own"), true);
        await sleep(100);
        order.push("first");
        throw new Error("no");
      },
    );
    const other = withLock(
      "own",
      () => order.push("second waits"),
      () => Promise.resolve(order.push("second")),
    );
    await assert.rejects(failing, /^Error: no$/);
    await other;
    assert.deepEqual(order, ["second waits", "first", "second"]);
    assert.equal(isLocked("own"), false);
    assert.equal(isLocked("layer-never"), false);
  });
});
