import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";

/** The commands of one environment that need nothing but its name. */
const commands = ["preview", "images", "up", "refresh", "destroy", "status", "logs", "drift", "rollback"];

describe("Stacks", function () {
  this.timeout("3m");
  let sandbox: Sandbox;

  before(async function () {
    const found = await execa("pulumi", ["version"], { reject: false });
    if (found.failed) {
      console.log("    skipped: no pulumi on PATH");
      this.skip();
    }
    sandbox = await createSandbox("stacks");
  });

  after(() => {
    rmSync(sandbox.folder, { recursive: true, force: true });
  });

  it("are made by no command for a name without a file: one line, exit code 1", async () => {
    // The backend's own folder is made by whoever asks it first; that it has no stack is asked below.
    const files = () => filesIn(sandbox.folder).filter((file) => !file.startsWith(".state"));
    const before = files();
    for (const command of commands) {
      const yes = command === "destroy" ? ["--yes"] : [];
      const { exitCode, all } = await sandbox.run("commands/main.ts", command, "--stack", "deb", ...yes);
      assert.deepEqual(
        [command, exitCode, all],
        [
          command,
          1,
          "--stack: expected a stack with a file Pulumi.deb.yaml, got no stack named deb; did you mean dev?",
        ],
      );
    }
    assert.deepEqual(files(), before);
    assert.equal((await sandbox.pulumi("stack", "ls", "--json")).stdout, "[]");
  });

  it("are previewed before they are there, and nothing is left of that", async () => {
    const before = [
      filesIn(sandbox.folder),
      readFileSync(path.join(sandbox.folder, "Pulumi.dev.yaml"), "utf8"),
    ];
    // Temporary files there would be seen, too.
    const env = { ...sandbox.environment, TMPDIR: sandbox.folder };
    const { exitCode, all } = await execa("node", ["commands/main.ts", "preview"], {
      ...{ cwd: sandbox.folder, env, all: true, reject: false, stdin: "ignore" },
    });
    assert.equal(exitCode, 0, all);
    assert.match(all, /catalog/);
    assert.deepEqual(
      [filesIn(sandbox.folder), readFileSync(path.join(sandbox.folder, "Pulumi.dev.yaml"), "utf8")],
      before,
    );
    assert.equal((await sandbox.pulumi("stack", "ls", "--json")).stdout, "[]");
  });

  it("are those of a project of another name, as the engine has them", async () => {
    sandbox.replace("Pulumi.yaml", "name: immutable-fleets", "name: shop");
    sandbox.replace("Pulumi.dev.yaml", "immutable-fleets:environment", "environment");
    const set = await execa("node", ["commands/main.ts", "secrets", "set", "token"], {
      ...{ cwd: sandbox.folder, env: sandbox.environment, all: true, reject: false, input: "hidden" },
    });
    assert.equal(set.exitCode, 0, set.all);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "preview");
    assert.equal(exitCode, 0, all);
    const names = Object.keys(
      JSON.parse((await sandbox.pulumi("config", "--json", "--stack", "dev")).stdout) as object,
    );
    assert.deepEqual(
      names.filter((name) => !name.startsWith("shop:")),
      [],
    );
    assert.ok(names.includes("shop:secrets") && names.includes("shop:environment"), String(names));
    // Of this project alone.
    const stacks = JSON.parse((await sandbox.pulumi("stack", "ls", "--json")).stdout) as { name: string }[];
    assert.deepEqual(
      stacks.map(({ name }) => name),
      ["dev"],
    );
  });
});

/** Every file but the caches of the project and of the CLI. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => !/^(\.cache|node_modules|\.state\/\.pulumi\/meta)/.test(file))
    .sort();
}
