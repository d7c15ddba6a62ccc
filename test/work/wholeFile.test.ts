import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  lstatSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { createWhole, writeWhole } from "../../work/wholeFile.ts";
import { useSmallDisk } from "./fullDisk.ts";
import { survivors } from "./survivors.ts";
import { wholeWrites } from "./wholeWrites.ts";

const killer = path.join(import.meta.dirname, "killAt.ts");

describe("files that must survive", function () {
  this.timeout(120_000);
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "fleet-whole-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  for (const [name, { prepare, read }] of Object.entries(survivors)) {
    // Of what is made of the ways to write, which are killed everywhere, it is the writes themselves.
    const isWay = name in wholeWrites;
    const program = path.join(import.meta.dirname, isWay ? "wholeWrites.ts" : "survivors.ts");
    it(`${name}: are as before or as after, at whichever ${isWay ? "call" : "write"} the writer is killed`, async () => {
      const [before, after] = ["before", "after"].map((each) => path.join(root, each));
      assert.ok(before && after);
      mkdirSync(before);
      await prepare(before);
      cpSync(before, after, { recursive: true });
      await execa("node", [program, name, after]);
      // A key is made by reading, and every key is another.
      const wanted = [before, after].map((folder) => {
        const copy = path.join(root, "copy");
        cpSync(folder, copy, { recursive: true });
        const found = read(copy);
        rmSync(copy, { recursive: true });
        return found;
      });
      let kills = 0;
      for (let ended = false; !ended;) {
        const folder = path.join(root, `killed-${++kills}`);
        cpSync(before, folder, { recursive: true });
        const env = { KILL_AT: String(kills), KILL_IN: isWay ? "" : "writes" };
        const run = await execa("node", ["--import", killer, program, name, folder], { env, reject: false });
        assert.ok(run.signal === "SIGKILL" || run.exitCode === 0, run.stderr);
        ended = run.exitCode === 0;
        const found = read(folder);
        assert.ok(
          wanted.some((each) => isEqual(each, found)),
          `killed at call ${kills}, got ${JSON.stringify(found)}`,
        );
      }
      assert.ok(kills > 1, "expected a call to be killed at, got none");
    });
  }

  describe("on a full disk", () => {
    const disk = useSmallDisk(512);

    for (const [name, { prepare, write, read }] of Object.entries(survivors).filter(
      ([name]) => name !== "key",
    ))
      it(`${name}: are as before, and the error names the file`, async () => {
        const folder = path.join(disk().folder, "project");
        mkdirSync(folder);
        await prepare(folder);
        const before = read(folder);
        disk().fill();
        await assert.rejects(async () => {
          await write(folder);
        }, /ENOSPC|no space left/);
        assert.deepEqual(read(folder), before);
        assert.deepEqual(partials(folder), []);
      });
  });

  it("keep their rights and stay links; what killed writers left is removed, but not what is being written", () => {
    const file = path.join(root, "real");
    writeFileSync(file, "before");
    chmodSync(file, 0o640);
    symlinkSync("real", path.join(root, "link"));
    for (const [pid, age] of [
      [1, 0],
      [2, 7200],
    ] as const) {
      const left = path.join(root, `.real.${pid}.partial`);
      writeFileSync(left, "");
      utimesSync(left, Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    writeWhole(path.join(root, "link"), "after");
    assert.equal(readFileSync(file, "utf8"), "after");
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.ok(lstatSync(path.join(root, "link")).isSymbolicLink());
    assert.deepEqual(readdirSync(root).sort(), [".real.1.partial", "link", "real"]);
    assert.equal(createWhole(file, "another", { mode: 0o600 }), false);
    assert.equal(readFileSync(file, "utf8"), "after");
    assert.equal(createWhole(path.join(root, "new"), "", { mode: 0o600 }), true);
    assert.equal(statSync(path.join(root, "new")).mode & 0o777, 0o600);
  });
});

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function partials(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".partial"));
}
