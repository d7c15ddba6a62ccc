import assert from "node:assert/strict";
import { execa } from "execa";
import { heldData, type ExportedState } from "../../plan/data/heldData.ts";
import { exactUp } from "../sandbox/exact.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { askEdge } from "./askEdge.ts";
import { startedUntil } from "./interruption.ts";
import { languageHost } from "./languageHost.ts";
import { docker, query } from "./postgres.ts";
import { Watch } from "./watch.ts";

const rows = 1000;

/** The cases of a stack with an accessory, `database`, whose data outlives whatever is done to it by mistake; they end the stack. */
export function keepsData(sandboxOf: () => Sandbox): void {
  describe("keeps its data", () => {
    let sandbox: Sandbox;
    let volume: string;
    let image: string;

    before(async () => {
      sandbox = sandboxOf();
      volume = (await data())?.volume ?? "";
      image = await docker("inspect", "--format", "{{.Image}}", await box("database"));
      await query(await box("database"), `create table kept as select * from generate_series(1, ${rows})`);
    });

    it("when the accessory is renamed: refused before anything changes, whoever runs the program", async () => {
      const boxes = await running();
      rename();
      const expected = new RegExp(
        `environment.accessories.database: expected it, since the data of database is there \\(${volume}\\), got nothing; ` +
          "put it back; or, if it has another name now, say accessories.db.renamedFrom: database; or give the data up",
      );
      for (const refused of [
        sandbox.run("commands/main.ts", "up"),
        sandbox.run("commands/main.ts", "preview"),
        plainPreview(),
      ]) {
        const { exitCode, all } = (await refused) ?? { exitCode: 1, all: volume };
        assert.notEqual(exitCode, 0, all);
        if (all !== volume) assert.match(all.replaceAll(/\s+/g, " "), expected);
      }
      assert.deepEqual(await running(), boxes);
    });

    it("when it is renamed and says so: the same volume, of one box at a time, while others serve", async () => {
      sandbox.replace("Pulumi.yaml", /^( +)db:$/m, "$1db:\n$1  renamedFrom: database");
      const format = "{{range $name, $network := .NetworkSettings.Networks}}{{$name}}{{end}}";
      const network = await docker("inspect", "--format", format, await box("database"));
      const ofOrders = ["--filter", `network=${network}`, "--filter", "label=immutable-fleets.fleet=orders"];
      const watch = new Watch(async () => {
        const users = await docker("ps", "--quiet", "--filter", `volume=${volume}`);
        const orders = (await docker("ps", "--quiet", ...ofOrders)) !== "";
        const { status } = await askEdge(sandbox.port, "catalog.localhost", "/products/rope");
        return { users: users.split("\n").filter((id) => id !== "").length, orders, status };
      });
      await exactUp(sandbox);
      const seen = await watch.end();
      assert.equal((await data())?.volume, volume);
      assert.equal(await query(await box("db"), "select count(*) from kept"), String(rows));
      assert.equal((await askEdge(sandbox.port, "orders.localhost", "/orders")).status, 200);
      assert.ok(seen.length > 10, `expected many looks, got ${seen.length}`);
      assert.deepEqual(
        seen.filter(({ users }) => users > 1),
        [],
      );
      assert.deepEqual(
        seen.filter(({ status }) => status !== 200),
        [],
      );
      // Those that use it are swapped as ever, not taken away first.
      assert.ok(seen.every(({ orders }) => orders));
    });

    it("when destroy is run by mistake: nobody to ask, or another name typed", async () => {
      const boxes = await running();
      const unasked = await sandbox.run("commands/main.ts", "destroy", "--with-data");
      assert.equal(unasked.exitCode, 64, unasked.all);
      assert.match(
        unasked.all,
        /^--yes: expected it where nobody can be asked, got no terminal; add --yes to say that it is meant$/m,
      );
      const asked = await typed("prod");
      assert.match(asked, new RegExp(`and, for ever, the data in\\s+${volume} \\(db-data\\)`));
      assert.match(asked, /Type dev to destroy it: [\s\S]*Nothing was changed\./);
      assert.deepEqual(await running(), boxes);
    });

    it("when destroy is interrupted", async () => {
      const { process: stopped } = await startedUntil(sandbox, /deleting/, [
        "destroy",
        "--with-data",
        "--yes",
      ]);
      process.kill(stopped.pid ?? 0, "SIGTERM");
      const { exitCode, all } = await stopped;
      assert.equal(exitCode, 143, all);
      assert.equal((await data())?.protect, true);
    });

    it("when destroy was killed after it had lifted the protection", async () => {
      await sandbox.pulumi("state", "unprotect", "--all", "--yes", "--stack", "dev");
      const { exitCode, all } = await sandbox.run("commands/main.ts", "destroy", "--yes");
      assert.equal(exitCode, 0, all);
      assert.match(all, /^db-data is protected again, which a destroy that was killed had lifted$/m);
      assert.deepEqual(await running(), []);
      assert.equal((await data())?.protect, true);
    });

    it("when destroying the data fails, and no longer than it is meant to be kept", async () => {
      const stranger = await docker("create", "--volume", `${volume}:/mnt`, "--entrypoint=/bin/true", image);
      const failed = await sandbox.run("commands/main.ts", "destroy", "--with-data", "--yes");
      await docker("rm", stranger);
      assert.equal(failed.exitCode, 1, failed.all);
      assert.match(failed.all, /^Protected again: db-data$/m);
      assert.equal((await data())?.protect, true);
      assert.match(await queryWithoutServer("select count(*) from kept"), new RegExp(`count = "${rows}"`));
      const destroyed = await sandbox.run("commands/main.ts", "destroy", "--with-data", "--yes");
      assert.equal(destroyed.exitCode, 0, destroyed.all);
      const left = await execa("docker", ["volume", "inspect", volume], { reject: false });
      assert.match(left.stderr, /no such volume/i);
    });

    /** `database` is `db` from now on, in both files, and for those who use it. */
    function rename(): void {
      sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
        config.accessories.value = { db: config.accessories.value["database"] };
        config.applications.value["orders"]!.uses = ["db"];
      });
      sandbox.edit("Pulumi.dev.yaml", (document: StackFile) => {
        const environment = document.config["immutable-fleets:environment"];
        environment.accessories = { db: environment.accessories["database"] };
      });
      sandbox.replace("Pulumi.dev.yaml", "@database:5432", "@db:5432");
    }

    /** What plain pulumi says, where it can run the program. */
    async function plainPreview() {
      const host = await languageHost();
      if ("missing" in host) return undefined;
      const PATH = `${host.folder}:${process.env["PATH"] ?? ""}`;
      const args = ["preview", "--stack", "dev", "--non-interactive"];
      const env = { ...sandbox.environment, PATH };
      return execa("pulumi", args, { cwd: sandbox.folder, env, all: true, reject: false });
    }

    /** What destroy says to somebody at a terminal who types this name. */
    async function typed(name: string): Promise<string> {
      const command = "node commands/main.ts destroy --with-data";
      const options = { cwd: sandbox.folder, env: sandbox.environment, reject: false } as const;
      return (
        await execa("script", ["--quiet", "--command", command, "/dev/null"], {
          ...options,
          input: `${name}\n`,
        })
      ).stdout;
    }

    async function exported(): Promise<ExportedState> {
      return JSON.parse((await sandbox.pulumi("stack", "export", "--stack", "dev")).stdout) as ExportedState;
    }

    async function data() {
      const [found, ...others] = heldData(await exported());
      assert.deepEqual(others, []);
      return found;
    }

    /** The container of that logical name. */
    async function box(name: string): Promise<string> {
      const { deployment } = await exported();
      const found = deployment?.resources?.find(({ urn }) => urn.endsWith(`:Container::${name}`));
      return found?.id ?? "";
    }

    /** Ids of the stack's containers that run. */
    async function running(): Promise<string[]> {
      const { deployment } = await exported();
      const own = new Set(deployment?.resources?.map(({ id }) => id));
      const all = (await docker("ps", "--quiet", "--no-trunc")).split("\n");
      return all.filter((id) => own.has(id)).sort();
    }

    /** A statement on a volume that no server uses. */
    async function queryWithoutServer(statement: string): Promise<string> {
      const program = `exec /usr/lib/postgresql/*/bin/postgres --single -D /var/lib/postgresql/data -c config_file=/etc/fleet/postgresql/postgresql.conf orders`;
      const options = [
        "--rm",
        "--interactive",
        "--volume",
        `${volume}:/var/lib/postgresql`,
        "--tmpfs",
        "/run/postgresql:mode=1777",
      ];
      const args = ["run", ...options, "--user", "postgres", "--entrypoint=/bin/sh", image, "-c", program];
      return (await execa("docker", args, { input: `${statement}\n` })).stdout;
    }
  });
}

interface ProjectFile {
  config: {
    accessories: { value: Record<string, unknown> };
    applications: { value: Record<string, { uses?: string[] }> };
  };
}

interface StackFile {
  config: Record<"immutable-fleets:environment", { accessories: Record<string, unknown> }>;
}
