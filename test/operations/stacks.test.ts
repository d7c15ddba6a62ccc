import assert from "node:assert/strict";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { Announcement } from "../../operations/announce/announcement.ts";
import type { PreviewReport } from "../../operations/preview/report.ts";
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
    for (const folder of [sandbox.folder, `${sandbox.folder}-shop`])
      rmSync(folder, { recursive: true, force: true });
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

  it("take no changes while they are frozen: nothing is made, and each command says by whom and why", async () => {
    const run = (...args: string[]) => sandbox.run("commands/main.ts", ...args);
    const frozen = await run("freeze", "--stack", "dev", "--reason", "the sale");
    assert.match(frozen.all, /^dev is frozen by .+ since .+ UTC: the sale\n/);
    for (const line of [["up"], ["rollback"]]) {
      const { exitCode, all } = await run(...line);
      const expected =
        /^dev: expected an environment that takes changes, got one that is frozen by .+: the sale; nothing/;
      assert.deepEqual([line, exitCode], [line, 1]);
      assert.match(all, expected);
    }
    const preview = await run("preview", "--format", "json");
    const { frozen: told } = JSON.parse(preview.stdout) as PreviewReport;
    assert.match(told?.words ?? "", /^frozen by .+: the sale$/);
    assert.match((await run("releases")).all, /^dev is frozen by .+: the sale$/m);
    assert.match((await run("freeze")).all, /^dev is frozen by .+: the sale$/);
    assert.equal((await run("freeze", "--end")).all, "dev takes changes again.");
    assert.equal((await run("freeze")).all, "dev is not frozen.");
    setWindow(sandbox, closedNow());
    const outside = await run("up");
    assert.equal(outside.exitCode, 1);
    assert.match(
      outside.all,
      /^dev: expected an environment that takes changes, got one that is outside of its deploy window \(\w{3} 00:00-24:00\); the next opens at .+ 00:00 UTC; nothing was changed/,
    );
    setWindow(sandbox, undefined);
    assert.equal((await sandbox.pulumi("stack", "ls", "--json")).stdout, "[]");
    const misused = await run("freeze", "--until", "tomorrow", "--reason", " ");
    assert.equal(misused.exitCode, 64);
    assert.match(
      misused.all,
      /^--reason: expected a reason, got an empty one; say why\n--until: expected a time, got tomorrow;/,
    );
    assert.match(
      (await run("up", "--despite-freeze", "")).all,
      /^--despite-freeze: expected a reason, got an empty one; say why/,
    );
  });

  it("are not changed where the hook before an update refuses it", async () => {
    const file = path.join(sandbox.folder, "Pulumi.dev.yaml");
    const before = readFileSync(file);
    sandbox.edit("Pulumi.dev.yaml", ({ config }: { config: Record<string, { hooks?: object }> }) => {
      const environment = config["immutable-fleets:environment"] ?? config["environment"];
      if (environment) environment.hooks = { before: ["sh", "-c", "cat > told; echo not today; exit 7"] };
    });
    const { exitCode, all } = await sandbox.run("commands/main.ts", "up", "--reason", "a sale");
    assert.equal(exitCode, 1, all);
    const refused =
      "dev: expected sh (environment.hooks.before) to let the update go on, got exit code 7; nothing was changed; see what it said";
    assert.equal(all, `not today\n${refused}`);
    const { type, data } = JSON.parse(
      readFileSync(path.join(sandbox.folder, "told"), "utf8"),
    ) as Announcement;
    assert.deepEqual([type, data.environment, data.reason], ["update.started", "dev", "a sale"]);
    assert.match(data.images.map(({ text }) => text).join("\n"), /^base\.python\.catalog (builds|is found)/m);
    assert.match(data.fleets.map(({ text }) => text).join("\n"), /^catalog starts \d+ box/m);
    const { stdout } = await sandbox.pulumi("stack", "export", "--stack", "dev");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: [] } };
    assert.deepEqual(deployment.resources ?? [], []);
    const removed = await sandbox.pulumi("stack", "rm", "--yes", "--stack", "dev");
    assert.equal(removed.exitCode, 0, removed.all);
    writeFileSync(file, before);
  });

  it("are those of a project of another name, made by pulumi new, as the engine has them", async () => {
    const folder = `${sandbox.folder}-shop`;
    for (const file of ["dev", "prod"].map((stack) => `Pulumi.${stack}.yaml`))
      sandbox.replace(file, "immutable-fleets:environment", "environment");
    // A template must have no links that lead out of it.
    const modules = path.join(sandbox.folder, "node_modules");
    const target = readlinkSync(modules);
    rmSync(modules);
    const created = await sandbox.pulumi(
      "new",
      sandbox.folder,
      "--generate-only",
      "--name",
      "shop",
      "--dir",
      folder,
      "--yes",
    );
    // The files are there; packages are installed by what the project's own set-up does.
    assert.match(created.all, /Created project 'shop'/);
    symlinkSync(target, path.join(folder, "node_modules"));
    const environment = {
      ...sandbox.environment,
      PULUMI_BACKEND_URL: `file://${path.join(folder, ".own")}`,
    };
    mkdirSync(path.join(folder, ".own"));
    const fleet = (...words: string[]) =>
      execa("node", ["commands/main.ts", ...words], {
        ...{ cwd: folder, env: environment, all: true, reject: false, input: "hidden" },
      });
    for (const words of [["secrets", "set", "token"], ["preview"]]) {
      const { exitCode, all } = await fleet(...words);
      assert.equal(exitCode, 0, all);
    }
    const { stdout } = await execa("pulumi", ["config", "--json", "--stack", "dev"], {
      cwd: folder,
      env: environment,
    });
    const names = Object.keys(JSON.parse(stdout) as object);
    assert.ok(names.includes("shop:secrets") && names.includes("shop:environment"), String(names));
    assert.deepEqual(
      names.filter((name) => name.startsWith("immutable-fleets:")),
      [],
    );
  });
});

/** Every file but the caches of the project and of the CLI. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => !/^(\.cache|node_modules|\.state\/\.pulumi\/meta)/.test(file))
    .sort();
}

/** A window of UTC's day after tomorrow. */
function closedNow(): string {
  const day = new Date(Date.now() + 2 * 86_400_000).getUTCDay();
  return `${["sun", "mon", "tue", "wed", "thu", "fri", "sat"][day] ?? ""} 00:00-24:00`;
}

function setWindow(sandbox: Sandbox, window: string | undefined): void {
  sandbox.edit("Pulumi.dev.yaml", ({ config }: { config: Record<string, { window?: string[] }> }) => {
    const environment = config["immutable-fleets:environment"] ?? config["environment"];
    if (environment && window !== undefined) environment.window = [window];
    else delete environment?.window;
  });
}
