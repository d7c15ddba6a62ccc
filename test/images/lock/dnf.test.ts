import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { isGone, isNotFound, refusedByLock } from "../../../images/lock/refused.ts";
import { toldByBuild } from "../../../images/lock/told.ts";
import { DnfRepository } from "../../registry/dnfRepository.ts";
import { useFolder } from "../../support/folder.ts";

describe("dnf in the build of a layer that is in the lock", function () {
  this.timeout("2m");
  const folder = useFolder();
  const at = (...parts: string[]) => path.join(folder(), ...parts);
  let repository: DnfRepository;
  let serial = 0;

  before(async function () {
    for (const program of ["dnf", "createrepo_c", "nfpm"]) {
      if (!(await execa(program, ["--version"], { reject: false })).failed) continue;
      console.log(`      skipped: ${program}: expected on PATH, got none`);
      this.skip();
    }
    repository = new DnfRepository();
  });
  after(() => {
    (repository as DnfRepository | undefined)?.remove();
  });

  interface Lock {
    digests?: Record<string, string>;
    mode?: string;
    made?: string;
  }

  /** A build of a layer in a root of its own, on what is there already. */
  function layer({ digests = {}, mode = "open", made = "" }: Lock) {
    const own = at(`layer-${(serial += 1)}`);
    const lock = path.join(own, "lock");
    mkdirSync(path.join(lock, "kept"), { recursive: true });
    const files = {
      ...{ mode, made, place: "base.top\n", keep: `${path.join(lock, "kept")}\n`, since: "" },
      "digests.rpm": Object.entries(digests)
        .map(([id, rest]) => `${id} ${rest}\n`)
        .join(""),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(lock, name), text);
    const settings = `[main]\nreposdir=/nonexistent\ncachedir=/cache\npersistdir=${own}/persist\npluginpath=/nonexistent\nassumeyes=True\nmetadata_expire=0\n[own]\nname=own\nbaseurl=file://${repository.served}\ngpgcheck=0\n`;
    writeFileSync(path.join(own, "dnf.conf"), settings);
    const dnf = async (...args: string[]) => {
      const command = [
        "--config",
        path.join(own, "dnf.conf"),
        "--installroot",
        path.join(own, "root"),
        ...args,
      ];
      const python = path.join(projectRoot, "images/packer/locked/box/python");
      const env = {
        PYTHONPATH: python,
        PYTHONDONTWRITEBYTECODE: "1",
        LOCK: lock,
        HOME: own,
        LC_ALL: "C.UTF-8",
      };
      return (await execa("dnf", command, { env, all: true })).all;
    };
    const has = () =>
      existsSync(path.join(own, "root/opt")) ? readdirSync(path.join(own, "root/opt")).sort() : [];
    const text = async (name: string) =>
      (await execa("cat", [path.join(own, "root/opt", name, "text")])).stdout;
    const told = async () => {
      const { stdout } = await execa("sh", [path.join(projectRoot, "images/packer/locked/box/release.sh")], {
        env: { LOCK: lock, KEEP: path.join(lock, "kept") },
      });
      writeFileSync(path.join(lock, "layer.told"), stdout);
      return toldByBuild(lock);
    };
    return { dnf, has, text, told, lock };
  }

  it("takes the locked versions where newer ones have appeared, of what others need, too, and notes what it installs", async () => {
    await repository.publish(
      { ledger: ["1.0-1", "1.1-1"], other: ["2-1", "3-1"], unrelated: "9-1" },
      { ledger: "other" },
    );
    const sha = repository.digest("ledger", "1.0-1");
    const { dnf, text, told, lock } = layer({
      digests: { "ledger:noarch": `1.0-1 ${sha}`, "other:noarch": "2-1 -" },
    });
    await dnf("install", "ledger");
    equal(await text("ledger"), "ledger 1.0-1");
    equal(await text("other"), "other 2-1");
    await dnf("upgrade");
    equal(await text("ledger"), "ledger 1.0-1");
    await dnf("install", "unrelated");
    const { packages, indexes } = await told();
    deepEqual(packages["ledger:noarch"], { version: "1.0-1", sha256: sha });
    deepEqual(Object.keys(packages).sort(), ["ledger:noarch", "other:noarch", "unrelated:noarch"]);
    match(indexes["own"]?.date ?? "", /^20\d\d-/);
    const kept = readdirSync(path.join(lock, "kept/fetched")).filter((name) => name.endsWith(".rpm"));
    deepEqual(
      kept,
      Object.values(packages)
        .map(({ sha256 = "" }) => `${sha256}.rpm`)
        .sort(),
    );
    const renewed = layer({ mode: "renewed", digests: { "ledger:noarch": `1.0-1 ${sha}` } });
    await renewed.dnf("install", "ledger");
    equal(await renewed.text("ledger"), "ledger 1.1-1");
  });

  it("takes what the store has in the place of what its repository has no more; nothing where neither has it", async () => {
    await repository.publish({ ledger: "1.0-1" });
    const sha = repository.digest("ledger", "1.0-1");
    const first = layer({});
    await first.dnf("install", "ledger");
    await repository.publish({ ledger: "1.1-1" });
    const digests = { "ledger:noarch": `1.0-1 ${sha}` };
    const second = layer({ digests });
    await execa("cp", [
      path.join(first.lock, `kept/fetched/${sha}.rpm`),
      path.join(second.lock, "kept/ledger-1.0-1.noarch.rpm"),
    ]);
    // As Ansible asks for it: nothing vouches for the file but the lock.
    await second.dnf("install", "--setopt=localpkg_gpgcheck=1", "ledger");
    equal(await second.text("ledger"), "ledger 1.0-1");
    const third = layer({ digests });
    await rejects(third.dnf("install", "ledger"), ({ all }: { all: string }) => {
      equal(isNotFound(all), true);
      return true;
    });
    const gone = (await execa("cat", [path.join(third.lock, "gone.rpm")])).stdout;
    deepEqual(refusedByLock(gone), [gone]);
    equal(isGone(gone), true);
    equal(
      gone,
      "images.lock.yaml: expected ledger:noarch 1.0-1 in base.top, got 1.1-1: its index has the locked one no more; npm run freshen, and commit what it locks",
    );
  });

  it("refuses other content under the same version and, where it is frozen, what the lock does not know; packages of the project are left alone", async () => {
    await repository.publish({ ledger: "1.0-1" }, {}, "as it was");
    const sha = repository.digest("ledger", "1.0-1");
    await repository.publish({ ledger: "1.0-1", unrelated: "9-1", catalog: "1-1" }, {}, "as it is");
    const got = repository.digest("ledger", "1.0-1");
    const { dnf, has } = layer({
      mode: "frozen",
      made: "catalog\n",
      digests: { "ledger:noarch": `1.0-1 ${sha}` },
    });
    await rejects(dnf("install", "ledger", "unrelated"), ({ all }: { all: string }) => {
      deepEqual(refusedByLock(all).sort(), [
        `images.lock.yaml: expected SHA-256 ${sha} of ledger:noarch 1.0-1 in base.top, got ${got}; its mirror has other content under the same version: ask whoever publishes it, or take the line out, and run npm run lock`,
        "images.lock.yaml: expected unrelated:noarch not at all in base.top, got 9-1; run npm run images without CI=true, and commit what it locks",
      ]);
      return true;
    });
    deepEqual(has(), []);
    await dnf("install", "catalog");
    deepEqual(has(), ["catalog"]);
    rmSync(at(), { recursive: true, force: true });
    mkdirSync(at());
  });
});
