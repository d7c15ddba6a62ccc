import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { Configuration } from "../../config/schema.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { lookForLock } from "../../operations/lock/look.ts";
import { lookForNews } from "../../operations/freshen/look.ts";
import { lockFile, lockText } from "../../plan/lockFile.ts";
import { AptRepository } from "../registry/aptRepository.ts";

const unique = randomBytes(6).toString("hex");
const chain = ["base", "origin", "top"];

describe("Newer packages of a distribution", function () {
  this.timeout("10m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-freshen-"));
  const root = path.join(folder, "project");
  let repository: AptRepository;
  let configuration: Configuration;

  before(async () => {
    for (const part of ["apps", "images", "playbooks", "toolchain", "Pulumi.yaml", "Pulumi.dev.yaml"])
      cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
    repository = await AptRepository.start();
    await repository.publish({ ledger: "1.0-1", other: "1.0-1" });
    writeRole("origin", [
      // Nothing but what this test publishes: the lists are short, and no news of the world's are among them.
      { "ansible.builtin.file": { path: "/etc/apt/sources.list", state: "absent" } },
      { "ansible.builtin.shell": "rm -f /etc/apt/sources.list.d/*" },
      {
        "ansible.builtin.copy": {
          dest: "/etc/apt/sources.list.d/own.list",
          content: `${repository.source}\n`,
          mode: "0644",
        },
      },
      { "ansible.builtin.apt": { name: "ledger", update_cache: true } },
    ]);
    writeRole("top", [{ "ansible.builtin.apt": { name: "other" } }]);
    const own = readConfigurationFiles(root, "dev");
    const catalog = own.layers["catalog"] as NonNullable<Configuration["layers"][string]>;
    const on = (below: string, role: string) => ({
      ...catalog,
      on: below,
      roles: [role],
      packages: undefined,
    });
    const { layers, applications, fleets, environment } = own;
    configuration = {
      ...own,
      layers: { ...layers, origin: on("base", "origin"), top: on("origin", "top") },
      applications: { catalog: { ...applications["catalog"]!, layer: "top" } },
      accessories: {},
      fleets: { catalog: { ...fleets["catalog"]!, applications: ["catalog"] } },
      environment: {
        ...environment,
        ...{ accessories: {}, applications: {}, edge: undefined },
        fleets: { catalog: environment.fleets["catalog"]! },
      },
    };
  });

  after(() => {
    repository.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are none where nothing is newer, whatever else is published", async () => {
    const built = await images();
    await repository.publish({ ledger: "1.0-1", other: "1.0-1", unrelated: "9-1" });
    const report = await look();
    assert.deepEqual([report.news, report.pinned, report.updates], [[], [], {}]);
    assert.deepEqual(await images(), built);
  });

  it("are no difference to the lock, which has what each layer adds with its digest; nothing is built for it", async () => {
    const built = await images();
    const first = await lookForLock(configuration, root, true);
    const added = (place: string) => first.packages[place]?.["amd64"]?.packages;
    const ledger = { version: "1.0-1", sha256: repository.digest("ledger", "1.0-1") };
    assert.deepEqual(added("base.origin"), { "ledger:all": ledger });
    assert.deepEqual(Object.keys(added("base.origin.top") ?? {}), ["other:all"]);
    assert.equal(added("base")?.["dpkg:amd64"] === undefined, false);
    const [index] = Object.values(first.packages["base.origin"]?.["amd64"]?.indexes ?? {});
    assert.match(index?.date ?? "", /^\d{4}-/);
    const locked = lockText({ updates: {}, packages: first.packages });
    writeFileSync(path.join(root, lockFile), locked);
    assert.deepEqual(await images(), built);
    await repository.publish({ ledger: "1.0-1", other: "1.0-1", unrelated: "9-2" });
    const again = await lookForLock(configuration, root, true);
    assert.equal(lockText({ updates: {}, packages: again.packages }), locked);
    assert.deepEqual((await lookForLock(configuration, root, false)).differences, []);
    rmSync(path.join(root, lockFile));
  });

  it("are of the layer that brought the package, and it alone is built again for them, and what stands on it", async () => {
    const before = await images();
    await repository.publish(
      { ledger: "1.0-1+deb12u1", other: "1.0-1", unrelated: "9-2" },
      "Debian-Security",
    );
    const { news, affected, updates } = await look();
    const ledger = { installed: "1.0-1", candidate: "1.0-1+deb12u1", security: true };
    assert.deepEqual(news, [{ layer: "origin", name: "ledger", ...ledger }]);
    assert.deepEqual(affected, { origin: "2 layers, 1 fleet" });
    assert.deepEqual(updates, { origin: { ledger } });
    assert.deepEqual((await look({ layer: "top" })).news, []);
    writeFileSync(path.join(root, lockFile), lockText({ updates, packages: {} }));
    const after = await images();
    assert.deepEqual(
      after.map((image, index) => image === before[index]),
      [true, false, false],
    );
    assert.equal(await version(after.at(-1), "ledger"), "1.0-1+deb12u1");
    // The lock that has been met is no reason for anything, and stays.
    const next = await look();
    assert.deepEqual([next.news, next.updates], [[], updates]);
    assert.deepEqual(await images(), after);
  });

  it("that are no matter of security are left out where only that is asked for", async () => {
    await repository.publish({ ledger: "1.0-1+deb12u1", other: "1.1-1" });
    assert.deepEqual((await look({ onlySecurity: true })).news, []);
    assert.deepEqual(
      (await look()).news.map(({ layer, name }) => [layer, name]),
      [["top", "other"]],
    );
  });

  it("fail the build where the mirror does not have them, which is told", async () => {
    const wanted = { installed: "1.0-1", candidate: "3.0-1", security: false };
    writeFileSync(path.join(root, lockFile), lockText({ updates: { top: { other: wanted } }, packages: {} }));
    await assert.rejects(images(), (error: Error) => {
      assert.match(
        error.message,
        /^layers\.top, images\.lock\.yaml: expected other 3\.0-1 or newer, got 1\.1-1; the mirror may be behind.*$/,
      );
      return true;
    });
  });

  it("cannot be told where the mirror does not answer", async () => {
    rmSync(path.join(root, lockFile));
    await images();
    repository.empty();
    await assert.rejects(look(), /freshen: expected the package lists of sha256:\w+, got .*404/s);
  });

  async function images(): Promise<string[]> {
    return (await buildChain(chain, configuration, root)).map(({ image }) => image);
  }

  function look(choice: { layer?: string; onlySecurity?: boolean } = {}) {
    return lookForNews(configuration, root, { onlySecurity: false, ...choice });
  }

  function writeRole(name: string, tasks: object[]): void {
    const file = path.join(root, `playbooks/roles/${name}/tasks/main.yml`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `# ${unique}\n${JSON.stringify(tasks)}\n`);
  }
});

async function version(image: string | undefined, name: string): Promise<string> {
  const asked = ["--entrypoint", "dpkg-query", image ?? "", "--show", "--showformat", "${Version}", name];
  return (await execa("docker", ["run", "--rm", ...asked])).stdout;
}
