import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { Configuration } from "../../config/schema.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { storedPath } from "../../images/lock/packageStore.ts";
import { lookForNews } from "../../operations/freshen/look.ts";
import { readEnvelope } from "../../images/proof/store.ts";
import { exportLock } from "../../operations/lock/export.ts";
import { lookForLock } from "../../operations/lock/look.ts";
import { writeLock } from "../../operations/lock/write.ts";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import { AptRepository } from "../registry/aptRepository.ts";
import { withoutMirrors } from "../registry/withoutMirrors.ts";
import { withVariables } from "../support/variables.ts";
import { inputDigestsOf, packageVersion } from "./askImage.ts";
import { librariesByPip, libraryIn, lockLibrary } from "./heldByPip.ts";

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
    const report = await lookForLock(configuration, root, true);
    assert.equal(await writeLock(report, configuration, root), true);
    assert.equal((await inputDigestsOf(built.at(-1))).length, 2);
    const added = (place: string) => report.packages[place]?.["amd64"]?.packages;
    const ledger = { version: "1.0-1", sha256: repository.digest("ledger", "1.0-1") };
    assert.deepEqual(added("base.origin"), { "ledger:all": ledger });
    assert.deepEqual(Object.keys(added("base.origin.top") ?? {}), ["other:all"]);
    assert.match(added("base")?.["dpkg:amd64"]?.version ?? "", /^1\./);
    const [index] = Object.values(report.packages["base.origin"]?.["amd64"]?.indexes ?? {});
    assert.match(index?.date ?? "", /^\d{4}-/);
    // What is built is signed anew, and none was.
    const signatures = (image: string) => readEnvelope(root, image)?.signatures;
    const signed = built.map(signatures);
    assert.deepEqual(await images(), built);
    assert.deepEqual(built.map(signatures), signed);
    await repository.publish({ ledger: "1.0-1", other: "1.0-1", unrelated: "9-2" });
    const again = await lookForLock(configuration, root, true);
    assert.deepEqual(again.differences, []);
    assert.equal(await writeLock(again, configuration, root), false);
  });

  it("are of the layer that brought the package, and it alone is built again for them, and what stands on it", async () => {
    const before = await images();
    const packageLines = readFileSync(path.join(root, lockFile), "utf8").split("\n");
    await repository.publish(
      { ledger: "1.0-1+deb12u1", other: "1.0-1", unrelated: "9-2" },
      "Debian-Security",
    );
    const { news, affected, updates, packages } = await look();
    const ledger = { installed: "1.0-1", candidate: "1.0-1+deb12u1", security: true };
    assert.deepEqual(news, [{ layer: "origin", name: "ledger", ...ledger }]);
    assert.deepEqual(affected, { origin: "2 layers, 1 fleet" });
    assert.deepEqual(updates, { origin: { ledger } });
    assert.deepEqual((await look({ layer: "top" })).news, []);
    const locked = lockText({ updates, packages });
    const line = `        ledger:all: { version: 1.0-1+deb12u1, sha256: ${repository.digest("ledger", "1.0-1+deb12u1")} }`;
    assert.deepEqual(linesBeyond(locked, packageLines), [line]);
    writeFileSync(path.join(root, lockFile), locked);
    const after = await images();
    assert.deepEqual(
      after.map((image, index) => image === before[index]),
      [true, false, false],
    );
    assert.equal(await packageVersion(after.at(-1), "ledger"), "1.0-1+deb12u1");
    // The lock that has been met is no reason for anything, and stays.
    const next = await look();
    assert.deepEqual([next.news, next.updates], [[], updates]);
    assert.deepEqual(await images(), after);
  });

  it("reach no layer that is in the lock, whatever else is built; what the lock does not know is refused, or entered", async () => {
    const locked = readFileSync(path.join(root, lockFile), "utf8");
    const built = await images();
    const versions = { ledger: ["1.0-1+deb12u1", "2.0-1"], other: ["1.0-1", "1.1-1"], unrelated: "9-2" };
    rmSync(storedPath(repository.digest("other", "1.0-1")));
    await repository.publish({ ...versions, other: "1.1-1" }, "Debian-Security");
    lockLibrary(root, "base.origin.top");
    writeRole("top", [
      ...(await librariesByPip(root, "top")),
      { "ansible.builtin.apt": { name: ["other", "unrelated"], update_cache: true } },
      { "ansible.builtin.apt": { upgrade: "dist" } },
    ]);
    try {
      await assert.rejects(frozen(images), (error: Error) => {
        const [other = "", unrelated, ...more] = error.message.split("\n").sort();
        assert.match(other, gone("1.1-1"));
        assert.equal(
          unrelated,
          "layers.top, images.lock.yaml: expected unrelated:all not at all in base.origin.top, got 9-2; run npm run images without CI=true, and commit what it locks",
        );
        assert.deepEqual(more, []);
        return true;
      });
      await repository.publish(versions, "Debian-Security");
      const [base, origin, top] = await thawed(images);
      assert.deepEqual([base, origin], built.slice(0, 2));
      assert.equal(await packageVersion(top, "other"), "1.0-1");
      assert.equal(await packageVersion(top, "ledger"), "1.0-1+deb12u1");
      assert.equal(await libraryIn(top), "second-2.1.0.dist-info");
      assert.deepEqual(linesBeyond(readFileSync(path.join(root, lockFile), "utf8"), locked.split("\n")), [
        `        unrelated:all: { version: 9-2, sha256: ${repository.digest("unrelated", "9-2")} }`,
        "        second:pypi: { version: 2.1.0 }",
      ]);
      assert.deepEqual(await frozen(images), [base, origin, top]);
      // Nobody finds it by the lock that does not know it.
      assert.equal((await inputDigestsOf(top)).length, 1);
      const find = ["--entrypoint", "find", top ?? "", "/etc/apt", "/run", "-name", "*fleet-lock*"];
      assert.equal((await execa("docker", ["run", "--rm", ...find])).stdout, "");
    } finally {
      rmSync(path.join(root, "playbooks/roles/top/files"), { recursive: true });
      writeRole("top", [{ "ansible.builtin.apt": { name: "other" } }]);
      writeFileSync(path.join(root, lockFile), locked);
    }
    assert.deepEqual(await images(), built);
  });

  it("whose locked versions are gone from the mirror are refused, and since when; freshen builds and locks what there is", async () => {
    const locked = readFileSync(path.join(root, lockFile), "utf8");
    const built = await images();
    const stored = storedPath(repository.digest("other", "1.0-1"));
    assert.equal(existsSync(stored), true);
    writeRole("top", [{ "ansible.builtin.apt": { name: ["other"], update_cache: true } }]);
    try {
      await repository.publish({ ledger: "1.0-1+deb12u1", other: "1.1-1" }, "Debian-Security");
      assert.deepEqual(await frozen(images), built);
      writeFileSync(stored, "half a package");
      writeRole("top", [{ "ansible.builtin.apt": { name: "other", update_cache: true } }]);
      await repository.publish({ ledger: "1.0-1+deb12u1" }, "Debian-Security");
      await assert.rejects(frozen(images), { message: gone("none") });
      await repository.publish({ ledger: "1.0-1+deb12u1", other: "1.1-1" }, "Debian-Security");
      const { news, relocked } = await frozen(look);
      assert.deepEqual([news, relocked], [[], ["base.origin.top: other:all 1.0-1 → 1.1-1"]]);
      assert.deepEqual(linesBeyond(readFileSync(path.join(root, lockFile), "utf8"), locked.split("\n")), [
        `        other:all: { version: 1.1-1, sha256: ${repository.digest("other", "1.1-1")} }`,
      ]);
      const [base, origin, top] = await frozen(images);
      assert.deepEqual([base, origin], built.slice(0, 2));
      assert.equal(await packageVersion(top, "other"), "1.1-1");
    } finally {
      writeRole("top", [{ "ansible.builtin.apt": { name: "other" } }]);
      writeFileSync(path.join(root, lockFile), locked);
    }
  });

  it("are none of a machine without any mirror, which builds the same images from the lock and its files alone", async () => {
    const built = await images();
    const target = path.join(folder, "exported");
    const exported = () => exportLock(configuration, root, target);
    await assert.rejects(
      exported(),
      /^Error: images\.lock\.yaml: expected the file of other:all 1\.0-1 in .*$/,
    );
    assert.deepEqual(readLock(target).packages, {});
    await repository.publish({ ledger: "1.0-1+deb12u1", other: "1.0-1" }, "Debian-Security");
    assert.deepEqual(await exported(), { files: debsIn(target), undigested: [] });
    assert.deepEqual(readLock(target), readLock(root));
    const own = { XDG_CACHE_HOME: path.join(folder, "another-machine"), PACKAGE_STORE: target, CI: "true" };
    const machine = { ...withoutMirrors(folder), ...own };
    assert.deepEqual(await withVariables(machine, images), built);
  });

  it("that are no matter of security are left out where only that is asked for", async () => {
    const versions = { ledger: "1.0-1+deb12u1", other: "1.1-1", brought: "1-1" };
    await repository.publish(versions, "Debian", { other: "brought (>= 1)" });
    assert.deepEqual((await look({ onlySecurity: true })).dependencies, []);
    const { news, dependencies } = await look();
    assert.equal(news.map(({ layer, name }) => `${layer} ${name}`).join(), "top other");
    const [brought, ...more] = dependencies.map(({ layer, name, change }) => `${layer} ${name} ${change}`);
    assert.deepEqual([brought, more], ["top brought new", []]);
  });

  it("fail the build where the mirror does not have them, which is told", async () => {
    const wanted = { installed: "1.0-1", candidate: "3.0-1", security: false };
    writeFileSync(path.join(root, lockFile), lockText({ updates: { top: { other: wanted } }, packages: {} }));
    await assert.rejects(images(), (error: Error) => {
      const told =
        /^layers\.top, images\.lock\.yaml: expected other 3\.0-1 or newer, got 1\.1-1; the mirror may be behind.*$/;
      assert.match(error.message, told);
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
    return lookForNews(configuration, root, { onlySecurity: false, renews: true, ...choice });
  }

  function writeRole(name: string, tasks: object[]): void {
    const file = path.join(root, `playbooks/roles/${name}/tasks/main.yml`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `# ${unique}\n${JSON.stringify(tasks)}\n`);
  }
});

/** The lines of packages in a lock that others have not. */
function linesBeyond(lock: string, others: readonly string[]): string[] {
  return lock.split("\n").filter((line) => /^ {8}\S+: \{ version: /.test(line) && !others.includes(line));
}

/** What is said of a version that the mirror has no more. */
const gone = (got: string) =>
  new RegExp(
    `^layers\\.top, images\\.lock\\.yaml: expected other:all 1\\.0-1 in base\\.origin\\.top, got ${got}: the index of \\S+Z has the locked one no more \\(the one of \\S+Z had it\\); npm run freshen, and commit what it locks$`,
  );

const debsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".deb")).length;

/** Builds as in continuous integration, or as people do. */
const frozen = <T>(build: () => Promise<T>) => withVariables({ CI: "true" }, build);
const thawed = <T>(build: () => Promise<T>) => withVariables({ CI: "" }, build);
