import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import pLimit from "p-limit";
import { commandNames } from "../../../commands/index.ts";
import { createSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { smallDisk } from "../../work/fullDisk.ts";

describe("commands that fail", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let locks = "";
  const lock = (content: object | string) => {
    mkdirSync(locks, { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(path.join(locks, "6a2d.json"), text);
  };
  const heldBy = (pid: number, host = hostname()) => {
    lock({ pid, username: "ann", hostname: host, timestamp: new Date().toISOString() });
  };

  before(async function () {
    if ((await execa("which", ["pulumi"], { reject: false })).failed) {
      console.log("      skipped: pulumi is not installed");
      this.skip();
    }
    sandbox = await createSandbox("failures");
    locks = path.join(sandbox.folder, ".state/.pulumi/locks/organization/immutable-fleets/dev");
    const made = await sandbox.pulumi("stack", "init", "dev");
    assert.equal(made.exitCode, 0, made.all);
  });
  afterEach(() => {
    rmSync(locks, { recursive: true, force: true });
  });
  after(() => {
    // Nothing ever ran there.
    rmSync(sandbox.folder, { recursive: true, force: true });
  });

  it("go on where who held the lock was killed, and say so", async () => {
    const child = execa("sleep", ["60"], { reject: false });
    const { pid = 0 } = child;
    child.kill("SIGKILL");
    await child;
    heldBy(pid);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "refresh");
    assert.equal(exitCode, 0, all);
    assert.match(
      all,
      new RegExp(
        `removed the lock of ann@${hostname()} \\(process ${pid}\\), since .* UTC, which was killed; going on`,
      ),
    );
    assert.deepEqual(readdirSync(locks), []);
  });

  it("go on where a full disk ended the writing of a lock, and say so", async () => {
    mkdirSync(locks, { recursive: true });
    for (const [name, content] of [
      ["9eb0.json.18ec8c981a03cec6.tmp", ""],
      ["9eb1.json.18ec8c981a03cec7.tmp", '{"pid": 47'],
    ] as const)
      writeFileSync(path.join(locks, name), content);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "refresh");
    assert.equal(exitCode, 0, all);
    assert.equal(
      all.match(/removed .*\.tmp, a lock of which not all was written; going on/g)?.length,
      2,
      all,
    );
    assert.deepEqual(readdirSync(locks), []);
  });

  it("go on where a kill ended what the engine writes beside a state, and say so", async () => {
    const states = path.join(sandbox.folder, ".state/.pulumi");
    const torn = ["meta.yaml.attrs", "stacks/immutable-fleets/dev.json.attrs"].map((name) =>
      path.join(states, name),
    );
    for (const file of torn) writeFileSync(file, "");
    // The engine itself does not: when it does, there is nothing to mend any more.
    const { all: unmended } = await sandbox.pulumi("stack", "export", "--stack", "dev");
    assert.match(unmended, /EOF/);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "refresh");
    assert.equal(exitCode, 0, all);
    for (const file of torn) {
      assert.ok(all.includes(`removed ${file}, of which nothing was written; going on`), all);
      assert.ok(!existsSync(file), file);
    }
  });

  it("name who holds the lock, alive or on another machine, and leave it", async () => {
    heldBy(process.pid);
    const alive = await sandbox.run("commands/main.ts", "up");
    assert.equal(alive.exitCode, 1);
    assert.match(
      alive.stderr,
      new RegExp(
        `^dev: expected nobody who changes it, got ann@${hostname()} \\(process ${process.pid}\\), since .* UTC; wait until they end, or .*: npm run unlock -- --stack dev$`,
        "m",
      ),
    );
    heldBy(1, "elsewhere");
    const other = await sandbox.run("commands/main.ts", "refresh");
    assert.equal(other.exitCode, 1);
    assert.match(other.stderr, /got ann@elsewhere \(process 1\), since .* UTC; wait until they end/);
    assert.deepEqual(readdirSync(locks), ["6a2d.json"]);
  });

  it("end by npm run unlock, which says who held the lock, and asks", async () => {
    heldBy(1, "elsewhere");
    const asked = await sandbox.run("commands/main.ts", "unlock");
    assert.equal(asked.exitCode, 1);
    assert.match(
      asked.all,
      /locked by ann@elsewhere \(process 1\), since .* UTC, on another machine\n--yes: expected it/,
    );
    assert.deepEqual(readdirSync(locks), ["6a2d.json"]);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "unlock", "--yes");
    assert.equal(exitCode, 0, all);
    assert.match(all, /dev is unlocked; npm run up -- --stack dev completes what was interrupted\./);
    assert.deepEqual(readdirSync(locks), []);
    assert.match((await sandbox.run("commands/main.ts", "unlock")).all, /^dev is not locked\.$/);
  });

  it("tell of a lock that was not written whole, and unlock removes it", async () => {
    lock("");
    const torn = await sandbox.run("commands/main.ts", "refresh");
    assert.equal(torn.exitCode, 1);
    assert.match(torn.stderr, /one that ends early: .*; where it is a lock: npm run unlock -- --stack dev/);
    assert.match(
      (await sandbox.run("commands/main.ts", "unlock", "--yes")).all,
      /locked by nobody knows whom/,
    );
    assert.deepEqual(readdirSync(locks), []);
  });

  it("tell of a state that is broken", async () => {
    const file = path.join(sandbox.folder, ".state/.pulumi/stacks/immutable-fleets/dev.json");
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    try {
      for (const command of ["status", "refresh"]) {
        const { exitCode, stderr } = await sandbox.run("commands/main.ts", command);
        assert.equal(exitCode, 1);
        assert.match(stderr, /error: .*(JSON|dev)/);
      }
    } finally {
      writeFileSync(file, whole);
    }
  });

  it("tell that the disk of the state is full, and go on once there is room", async function () {
    const disk = smallDisk(256);
    if (!disk) {
      console.log("      skipped: only root may mount a small disk");
      this.skip();
    }
    try {
      cpSync(path.join(sandbox.folder, ".state/.pulumi"), path.join(disk.folder, ".pulumi"), {
        recursive: true,
      });
      disk.narrow();
      const env = { ...sandbox.environment, PULUMI_BACKEND_URL: `file://${disk.folder}` };
      const options = { cwd: sandbox.folder, env, reject: false } as const;
      const { exitCode, stderr } = await execa("node", ["commands/main.ts", "refresh"], options);
      assert.equal(exitCode, 1);
      assert.match(stderr, /no space left on device/);
      disk.widen();
      const again = await execa("node", ["commands/main.ts", "refresh"], { ...options, all: true });
      assert.equal(again.exitCode, 0, again.all);
      assert.match(again.all, /a lock of which not all was written; going on/);
    } finally {
      disk.remove();
    }
  });

  it("say why, whichever it is, where there is neither an engine nor any other program", async () => {
    const operands: Readonly<Record<string, string[]>> = {
      ...{ adopt: ["."], bake: ["catalog"], dev: ["catalog"], handover: ["site"], image: ["site"] },
      ...{
        notes: ["dev/1", "dev/2"],
        parity: ["catalog"],
        verify: ["catalog"],
        promote: ["--yes"],
        unlock: ["--yes"],
      },
    };
    const env = { ...sandbox.environment, PATH: "/nowhere" };
    const options = { cwd: sandbox.folder, env, reject: false, all: true, stdin: "ignore" } as const;
    const commands = readdirSync(path.join(sandbox.folder, "commands")).filter((name) =>
      name.endsWith(".ts"),
    );
    assert.ok(commands.length > 20, "expected the commands, got fewer");
    const atATime = pLimit(2);
    const problems = commandNames.map((name) =>
      atATime(async () => {
        const run = await execa(
          process.execPath,
          ["commands/main.ts", name, ...(operands[name] ?? [])],
          options,
        );
        const words = run.all.trim();
        if (run.exitCode === 0) return [];
        const traced = /^ +at .*:\d+:\d+\)?$/m.test(words)
          ? [`${name}: expected a sentence, got ${words}`]
          : [];
        return words === "" ? [`${name}: expected words, got exit code ${run.exitCode} alone`] : traced;
      }),
    );
    assert.deepEqual((await Promise.all(problems)).flat(), []);
  });
});
