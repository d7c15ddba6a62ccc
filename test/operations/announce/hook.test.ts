import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { runHook } from "../../../operations/announce/hook.ts";
import { withRoots } from "../../images/release/fixture.ts";
import { anAnnouncement } from "./fixture.ts";

const hookOne = path.join(import.meta.dirname, "hookOne.ts");

describe("a hook", function () {
  this.timeout("1m");
  let root = "";
  withRoots((each) => (root = each));
  const run = (command: string[], timeoutSeconds = 30, reason?: string) =>
    runHook(root, command, anAnnouncement(reason), { timeoutSeconds, graceMilliseconds: 200 });
  const read = (name: string) => readFileSync(path.join(root, name), "utf8");
  const isAlive = (pid: number) => {
    // One that nobody has waited for yet has ended, too.
    const stat = path.join("/proc", String(pid), "stat");
    return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"));
  };
  /** The process that a hook wrote down, once it did. */
  const started = async (name: string) => {
    while (!existsSync(path.join(root, name)) || read(name) === "") await sleep(20);
    return Number(read(name));
  };

  it("is given what happens as JSON, in the project's folder, its arguments as they stand", async () => {
    const hostile = "$(touch a) `touch b`; 'x' \"y\" *";
    const code =
      'const fs = require("fs"); fs.writeFileSync("argument", process.argv[1]); process.stdin.pipe(fs.createWriteStream("told"))';
    assert.equal(await run(["node", "-e", code, hostile], 30, hostile), undefined);
    assert.deepEqual(JSON.parse(read("told")), anAnnouncement(hostile));
    assert.equal(read("argument"), hostile);
    assert.deepEqual([existsSync(path.join(root, "a")), existsSync(path.join(root, "b"))], [false, false]);
  });

  it("has failed by another code than 0, by a signal, and where there is no such program", async () => {
    assert.equal(await run(["sh", "-c", "exit 3"]), "exit code 3");
    assert.equal(await run(["sh", "-c", "kill -9 $$"]), "SIGKILL");
    assert.equal(await run(["hooks/none"]), "ENOENT");
  });

  it("need not read what it is given, however long that is, nor wait for what it leaves running", async () => {
    assert.equal(await run(["true"], 30, "x".repeat(4 << 20)), undefined);
    const before = performance.now();
    assert.equal(await run(["sh", "-c", "sleep 30 & echo $! > pid"]), undefined);
    assert.ok(performance.now() - before < 10_000);
    process.kill(Number(read("pid")));
  });

  it("is ended after its time, with all that it started, whatever those make of it", async () => {
    const deaf =
      "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 1; done' & wait; wait";
    const before = performance.now();
    assert.equal(await run(["sh", "-c", deaf], 1), "no end after 1 s");
    assert.ok(performance.now() - before < 10_000);
    await sleep(100);
    assert.equal(isAlive(Number(read("pid"))), false);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const)
    it(`is ended by ${signal}, with all that it started, and what runs it goes on`, async () => {
      const running = execa("node", [hookOne, root, "sh", "-c", "sleep 60 & echo $! > pid; wait"]);
      const pid = await started("pid");
      running.kill(signal);
      assert.equal((await running).stdout, "interrupted");
      await sleep(100);
      assert.equal(isAlive(pid), false);
    });
});
