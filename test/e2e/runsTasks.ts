import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { underLoad } from "../load/load.ts";
import { exactUp } from "../sandbox/exact.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { askEdge } from "./askEdge.ts";
import { startedUntil } from "./interruption.ts";
import { editFleet } from "./stackFile.ts";

/** What the task's box sees: who it is, that it is read-only, and that the old box serves meanwhile. */
const looks = [
  "import os, urllib.request",
  "answer = urllib.request.urlopen(os.environ['CATALOG_URL'] + '/products/rope')",
  "print(os.environ['FLEET_BOX'], os.environ['WORD'], os.getuid(), os.getcwd(), os.access('/etc', os.W_OK))",
  "print('new' if os.environ['FLEET_IMAGE_DIGEST'] != answer.headers['X-Image-Digest'] else 'same')",
].join("\n");
const python = (program: string) => ["/usr/bin/python3", "-c", program];

/** The cases of a task before the swaps of a stack whose catalog runs, has releases, and is behind an edge. */
export function runsTasks(sandboxOf: () => Sandbox): void {
  let sandbox: Sandbox;
  before(() => (sandbox = sandboxOf()));

  it("runs a task once before a swap, in a box of the new image, while the old boxes serve", async () => {
    declare({ command: python(looks), irreversible: true });
    sandbox.replace("apps/catalog/catalog/__init__.py", /$/, `\n# ${randomUUID()}\n`);
    word("new");
    const told = await exactUp(sandbox);
    assert.match(told, /catalog, task migrate: catalog\.migrate new 881 \/opt\/catalog False\n/);
    assert.match(told, /catalog, task migrate: new\n/);
    assert.ok(told.indexOf("task migrate: new") < told.search(/Container catalog-1 (creating|replac)/), told);
    word("newer");
    const again = await succeeds("up");
    assert.match(again, /Container catalog-1 replaced/);
    assert.doesNotMatch(again, /task migrate: /);
  });

  it("goes back past an irreversible one only when it is told to", async () => {
    const before = await answer();
    const refused = await sandbox.run("commands/main.ts", "rollback");
    assert.equal(refused.exitCode, 1, refused.all);
    assert.match(
      refused.all,
      /^dev: expected a release after all irreversible tasks, got one before catalog\.migrate \(dev\/\d+, .*\); nothing was changed\n.*\n.* add --past-tasks$/,
    );
    assert.deepEqual(await answer(), before);
  });

  it("swaps nothing where a task fails, and loses no request; nor do a restart, a task and a shell by hand", async () => {
    const before = await answer();
    const result = await underLoad(sandbox.port, async () => {
      declare({ command: python("print('half done'); raise SystemExit(3)") });
      word("never");
      const failed = await sandbox.run("commands/main.ts", "up");
      assert.equal(failed.exitCode, 1, failed.all);
      assert.match(failed.all, /catalog, task migrate: half done\n/);
      assert.match(
        failed.all,
        /task migrate of catalog: expected exit code 0, got exit code 3; nothing was swapped, and what serves goes on serving; mend what its log says and run up again, which runs it again\n/,
      );
      assert.doesNotMatch(failed.all, /Container catalog-1/);
      assert.deepEqual(await answer(), before);
      const byHand = await sandbox.run("commands/main.ts", "task", "catalog", "migrate");
      assert.deepEqual([byHand.exitCode, byHand.stdout], [3, "half done"]);
      const shell = execa("node", ["commands/main.ts", "exec", "catalog"], {
        ...{ cwd: sandbox.folder, env: sandbox.environment, reject: false },
        input: "echo $FLEET_BOX $WORD; id --user; exit 4\n",
      });
      const { stdout, exitCode } = await shell;
      assert.deepEqual([exitCode, stdout], [4, "exec newer\n881"]);
      word("newer");
      const [old = ""] = boxes();
      const told = await succeeds("restart", "catalog");
      assert.doesNotMatch(told, /task migrate/);
      const [anew] = boxes();
      assert.notEqual(anew, old);
      assert.deepEqual(await answer(), before);
    });
    assert.deepEqual(result.failures, {});
    assert.ok(result.requests > 100, `expected a load, got ${result.requests} requests`);
    assert.deepEqual(await throwAway(), []);
  });

  it("is run again after an update that was killed in it, and waits for one that was left behind", async () => {
    const slow = "import time; print('begun', flush=True); time.sleep(10); print('done', flush=True)";
    declare({ command: python(slow) });
    const killed = await startedUntil(sandbox, /task migrate: begun/);
    process.kill(-(killed.process.pid ?? 0), "SIGKILL");
    await killed.process;
    // Its runner is told to stop by the kernel, and stops its box.
    for (let tries = 0; (await throwAway()).length > 0 && tries < 300; tries++) await sleep(100);
    assert.deepEqual(await throwAway(), []);
    const { process: second } = await startedUntil(sandbox, /task migrate: begun/);
    // Killed itself, it leaves a box that runs on; the update fails by it.
    process.kill(await runner(), "SIGKILL");
    assert.equal((await second).exitCode, 1);
    const told = await succeeds("up");
    assert.match(
      told,
      /task migrate: (it runs already, .*: waiting for its end|.* it has ended well since)\n/,
    );
    assert.deepEqual(await throwAway(), []);
    assert.doesNotMatch(await succeeds("up"), /task migrate/);
  });

  async function succeeds(...args: string[]): Promise<string> {
    const { exitCode, all } = await sandbox.run("commands/main.ts", ...args);
    assert.equal(exitCode, 0, all);
    return all;
  }

  function declare(migrate: { command: string[]; irreversible?: boolean }): void {
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      Object.assign(config.applications.value.catalog, { tasks: { migrate }, before: ["migrate"] });
    });
  }

  /** Another run specification, by which boxes are swapped. */
  function word(value: string): void {
    editFleet(sandbox, "catalog", (fleet) => {
      fleet.environment = { WORD: value };
    });
  }

  const answer = () => askEdge(sandbox.port, "catalog.localhost", "/products/rope");

  /** The process that runs the task: that of this sandbox. */
  async function runner(): Promise<number> {
    const { stdout } = await execa("pgrep", ["--full", "^node fleets/tasks/main.ts run$"]);
    const own = stdout.split("\n").filter((pid) => readlinkSync(`/proc/${pid}/cwd`) === sandbox.folder);
    assert.equal(own.length, 1, stdout);
    return Number(own[0]);
  }

  function boxes(): string[] {
    const { catalog } = sandbox.outputs()["fleets"] as { catalog: { boxes: Record<string, string> } };
    return Object.values(catalog.boxes);
  }

  /** The throw-away boxes of this stack's catalog that are there. */
  async function throwAway(): Promise<string[]> {
    const [box = ""] = boxes();
    const networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}";
    const network = (await execa("docker", ["inspect", "--format", networks, box])).stdout;
    const filters = ["label=immutable-fleets.throw-away", `network=${network}`];
    const args = filters.flatMap((filter) => ["--filter", filter]);
    const { stdout } = await execa("docker", ["ps", "--all", "--quiet", ...args]);
    return stdout.split("\n").filter((id) => id !== "");
  }
}

interface ProjectFile {
  config: { applications: { value: { catalog: object } } };
}
