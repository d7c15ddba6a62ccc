import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

const program = path.join(import.meta.dirname, "../../../../operations/compose/document/reload.py");

describe("the program that reloads", function () {
  this.timeout(20_000);
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-reload-"));
  const source = path.join(folder, "source");
  const notes = path.join(folder, "notes");
  const lines = () => readFileSync(notes, "utf8").split("\n").slice(0, -1);
  const until = async (count: number) => {
    for (let tries = 0; lines().length < count && tries < 100; tries += 1) await sleep(50);
    return lines();
  };

  before(() => {
    mkdirSync(source);
    writeFileSync(path.join(source, "a.txt"), "one");
    writeFileSync(notes, "");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs the command, again at each change, also one by renaming, and ends with it", async () => {
    // A service that would drain for long.
    const command = `trap '' TERM; cat ${source}/a.txt >> ${notes}; echo >> ${notes}; sleep 30 & wait; wait`;
    const running = execa("python3", [program, source, "--", "sh", "-c", command], { reject: false });
    deepEqual(await until(1), ["one"]);
    writeFileSync(path.join(source, "a.txt"), "two");
    const started = Date.now();
    deepEqual(await until(2), ["one", "two"]);
    ok(Date.now() - started < 1500, `expected it within 1.5 s, got ${Date.now() - started} ms`);
    writeFileSync(path.join(source, "b.txt"), "three");
    await until(3);
    renameSync(path.join(source, "b.txt"), path.join(source, "a.txt"));
    deepEqual((await until(4)).at(3), "three");
    running.kill("SIGTERM");
    const { exitCode, stderr } = await running;
    equal(exitCode, 0);
    ok(stderr.includes(`reload: ${source}/a.txt changed`), stderr);
  });

  it("runs a command again that ended by itself", async () => {
    writeFileSync(notes, "");
    const running = execa("python3", [program, source, "--", "sh", "-c", `echo once >> ${notes}; exit 3`], {
      reject: false,
    });
    deepEqual((await until(2)).slice(0, 2), ["once", "once"]);
    running.kill("SIGTERM");
    ok((await running).stderr.includes("reload: ended with exit code 3; runs again"));
  });
});
