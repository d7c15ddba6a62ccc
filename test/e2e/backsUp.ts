import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { exchangeLabel } from "../../fleets/backup/exchange.ts";
import type { BackupRequest } from "../../fleets/backup/request.ts";
import { exactUp } from "../sandbox/exact.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { askEdge } from "./askEdge.ts";
import { docker, query } from "./postgres.ts";
import { stateId } from "./stateId.ts";
import { WriteLoad } from "./writeLoad.ts";

/** The cases of a stack with an accessory, `database`, that is backed up while somebody writes, lost, and restored. */
export function backsUp(sandboxOf: () => Sandbox): void {
  describe("backs its accessory up", () => {
    let sandbox: Sandbox;
    let folder: string;
    let load: WriteLoad;
    let stranger: string;
    /** Rows that were written when the backup began, and when it had ended. */
    let written: { before: number; after: number };

    before(async () => {
      sandbox = sandboxOf();
      folder = path.join(sandbox.folder, ".cache/backups/dev/database");
      sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
        const { check } = config.accessories.value["database"]!.backup;
        check.run = check.run.map((each) => each.replace("from orders", "from counted"));
        check.expects = "^[1-9][0-9]*$";
      });
      sandbox.edit("Pulumi.dev.yaml", ({ config }: StackFile) => {
        const environment = config["immutable-fleets:environment"];
        environment.generatedSecrets.push("backups");
        const to = path.join(sandbox.folder, ".cache/backups");
        environment.accessories["database"]!["backup"] = { to, key: "backups", every: "1 h", keep: 1 };
      });
      await exactUp(sandbox);
      await ask("create table counted (n bigint primary key)");
      load = new WriteLoad(box());
      // Another backend's stack of the same name, on this engine.
      const labels = [
        "--label",
        "immutable-fleets.box=database",
        "--label",
        "immutable-fleets.stack=immutable-fleets/dev",
      ];
      stranger = await docker("create", ...labels, await imageOf(box()));
    });

    after(async () => {
      await load.end();
      await docker("rm", "--volumes", stranger);
      await docker("volume", "rm", ...(await keptVolumes()));
    });

    it("while rows are written: what was dumped is one moment, encrypted, restored and checked", async () => {
      await load.reaches(200);
      const before = load.acknowledged;
      const { all, exitCode } = await backup();
      written = { before, after: load.acknowledged };
      assert.equal(exitCode, 0, all);
      assert.match(
        all,
        /^database: backed up at \S+ \(.*\), restored into a throw-away box and checked, in /m,
      );
      assert.ok(written.after > written.before, "expected writes while the backup was made");
      const [content = "", ...others] = contents();
      assert.deepEqual(others, []);
      const cipher = readFileSync(path.join(folder, content), "latin1");
      assert.match(cipher, /^age-encryption\.org\/v1\n/);
      assert.ok(!cipher.includes("PGDMP"), "expected nothing of what pg_dump writes");
      await nothingLeft();
      const listed = await backup("--list");
      assert.match(listed.all, /^20\S+Z +\d+ s +\S+ (B|KiB) +\d+ s +[0-9a-f]{12} +restored and checked$/m);
    });

    it("and brings it back when it was killed and its data is gone", async () => {
      const id = box();
      await docker("kill", "--signal", "KILL", id);
      await load.end();
      await docker("stop", id);
      const wipe = ["--user", "0:0", "--entrypoint", "rm", await imageOf(id), "-rf", "/mnt/data"];
      await docker("run", "--rm", "--volume", `${volume()}:/mnt`, ...wipe);
      // Killed while it exchanges the data: the same command again completes it.
      const killed = sandbox.start("commands/main.ts", "restore", "database", "--yes");
      await until(async () => (await keptVolumes()).length === 1);
      process.kill(-(killed.pid ?? 0), "SIGKILL");
      await killed;
      const { all, exitCode } = await restore("--yes");
      assert.equal(exitCode, 0, all);
      assert.match(all, /^The data that was there is in the volume before-restore-dev-database-\S+\.$/m);
      const [count = 0, highest = 0] = (await ask("select count(*), max(n) from counted"))
        .split("|")
        .map(Number);
      assert.equal(count, highest);
      assert.ok(count >= written.before && count <= written.after, `${count} of ${JSON.stringify(written)}`);
      assert.equal((await askEdge(sandbox.port, "orders.localhost", "/orders")).status, 200);
      await nothingLeft();
    });

    it("and ends by the next update what a killed restore had begun, and says so", async () => {
      const rows = await ask("select count(*) from counted");
      const killed = sandbox.start("commands/main.ts", "restore", "database", "--yes");
      // From here on what is there is taken away.
      await until(async () => (await keptVolumes("-replacing")).length === 1);
      process.kill(-(killed.pid ?? 0), "SIGKILL");
      await killed;
      const { all, exitCode } = await sandbox.run("commands/main.ts", "up");
      assert.equal(exitCode, 0, all);
      assert.match(all, /^removed the lock of .*, which was killed; going on$/m);
      assert.match(
        all,
        /^database: a restore of it was killed; what was there before is there whole, and its box serves$/m,
      );
      await until(async () => (await askEdge(sandbox.port, "orders.localhost", "/orders")).status === 200);
      assert.equal(await ask("select count(*) from counted"), rows);
      await nothingLeft();
    });

    it("and puts back what was there, where the data that was to take its place does not serve", async () => {
      const rows = await ask("select count(*) from counted");
      const empty = await docker("volume", "create", "--label", keptLabel());
      const { all, exitCode } = await restore("--yes", "--volume", empty);
      assert.equal(exitCode, 1, all);
      assert.match(
        all,
        /^database: expected the restored data to serve, got: database: expected a box that is ready within 120 s, got one that is not;[^]*; the data that was there is back$/m,
      );
      assert.equal(await ask("select count(*) from counted"), rows);
    });

    it("and refuses a backup that was changed, before anything is touched", async () => {
      const [content = ""] = contents();
      const file = path.join(folder, content);
      const whole = readFileSync(file);
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(changed.length - 40) ^ 1, changed.length - 40);
      writeFileSync(file, changed);
      const began = await startedAt();
      const { all, exitCode } = await restore("--yes");
      writeFileSync(file, whole);
      assert.equal(exitCode, 1, all);
      assert.match(all, /^restore: expected what its key has sealed, whole, got: /m);
      assert.equal(await startedAt(), began);
      await nothingLeft();
    });

    it("and says so when a check fails, until one has passed", async () => {
      await ask("create table aside as select * from counted; delete from counted");
      const failed = await backup();
      assert.equal(failed.exitCode, 1, failed.all);
      assert.match(
        failed.all,
        /got: check: expected an answer that matches \/\^\[1-9\]\[0-9\]\*\$\/, got 0$/m,
      );
      const drift = await sandbox.run("commands/main.ts", "drift");
      assert.equal(drift.exitCode, 2, drift.all);
      assert.match(
        drift.all,
        /backup database: last backup \(\S+\): expected restored and checked, got check failed$/m,
      );
      await ask("insert into counted select * from aside; drop table aside");
      await nothingLeft();
    });

    it("and before its box is replaced by one of another image, not by one of the same; keeps no more than wanted", async () => {
      const request = await requestInState();
      const told = async (image: string) => {
        const input = JSON.stringify({ ...request, image });
        const options = { cwd: sandbox.folder, env: sandbox.environment, input, all: true } as const;
        return (await execa("node", ["fleets/backup/main.ts"], options)).all;
      };
      assert.equal(await told(await imageOf(box())), "");
      // As a killed backup leaves it.
      writeFileSync(path.join(folder, "2026-01-31T04-05-06.789Z.age"), "");
      assert.match(await told("sha256:another"), /^database: backed up, restored and checked \(\d+\S* s\)$/m);
      const names = readdirSync(folder).map((name) => path.extname(name));
      assert.deepEqual(names.sort(), [".age", ".json"]);
      await ask("drop table counted");
    });

    it("and asks a newer image whether it takes the data as it is: not where another version has written it", async () => {
      const image = await imageOf(box());
      const input = JSON.stringify({
        ...{ accessory: "database", image, volume: volume() },
        ...{ volumePath: "/var/lib/postgresql", command: ["fleet-postgresql", "--fits"] },
      });
      const options = { cwd: sandbox.folder, input, all: true, reject: false } as const;
      const asked = () => execa("node", ["fleets/fit/main.ts"], options);
      const write = async (version: string) =>
        docker("exec", box(), "sh", "-c", `echo ${version} > /var/lib/postgresql/data/PG_VERSION`);
      const own = await docker("exec", box(), "cat", "/var/lib/postgresql/data/PG_VERSION");
      assert.deepEqual([(await asked()).exitCode, (await asked()).all], [0, ""]);
      await write("9.6");
      const { exitCode, all } = await asked();
      await write(own);
      assert.equal(exitCode, 1);
      assert.match(
        all,
        /^accessories\.database: expected an image that takes the data in \S+ as it is, got one that/,
      );
      assert.ok(all.includes(`expected data of PostgreSQL ${own}, got 9.6; stay with that`), all);
    });

    /** Those with what a restore has replaced, or the marks of one that goes on. */
    async function keptVolumes(mark?: string): Promise<string[]> {
      const label = mark === undefined ? keptLabel() : `${exchangeLabel}=${volume()}`;
      const found = await docker("volume", "ls", "--quiet", "--filter", `label=${label}`);
      return found.split("\n").filter((name) => name.endsWith(mark ?? "") && name !== "");
    }

    const contents = () => readdirSync(folder).filter((name) => name.endsWith(".age"));
    const backup = (...options: string[]) =>
      sandbox.run("commands/main.ts", "backup", "database", ...options);
    const restore = (...options: string[]) =>
      sandbox.run("commands/main.ts", "restore", "database", ...options);

    /** No throw-away box or volume stays behind. */
    async function nothingLeft(): Promise<void> {
      const filter = ["--quiet", "--filter", `label=immutable-fleets.restoring=${volume()}`];
      assert.equal(await docker("ps", "--all", ...filter), "");
      assert.equal(await docker("volume", "ls", ...filter), "");
      assert.deepEqual(await keptVolumes("ing"), []);
    }

    async function requestInState(): Promise<BackupRequest> {
      const { stdout } = await sandbox.pulumi("stack", "export", "--show-secrets", "--stack", "dev");
      const { deployment } = JSON.parse(stdout) as Exported;
      const step = deployment.resources.find(({ urn }) => urn.endsWith("::database-backup"));
      const { plaintext } = step?.inputs?.["stdin"] as { plaintext: string };
      return JSON.parse(JSON.parse(plaintext) as string) as BackupRequest;
    }

    const box = () => stateId(sandbox, ":Container::database");
    /** On volumes with what a restore has replaced. */
    const keptLabel = () => `immutable-fleets.before-restore=${volume()}`;
    const volume = () => stateId(sandbox, ":Volume::database-data");
    const imageOf = (id: string) => docker("inspect", "--format", "{{.Image}}", id);
    const startedAt = async () => docker("inspect", "--format", "{{.State.StartedAt}}", box());

    const ask = async (statement: string) => query(box(), statement);
  });
}

/** Waits until something is so. @throws Error after a minute. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("expected it within a minute");
    await sleep(50);
  }
}

interface Exported {
  deployment: { resources: { urn: string; id?: string; inputs?: Record<string, unknown> }[] };
}

interface ProjectFile {
  config: {
    accessories: { value: Record<string, { backup: { check: { run: string[]; expects: string } } }> };
  };
}

interface StackFile {
  config: Record<
    "immutable-fleets:environment",
    { generatedSecrets: string[]; accessories: Record<string, Record<string, unknown>> }
  >;
}
