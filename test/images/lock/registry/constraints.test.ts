import { deepEqual, match, rejects } from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { pipConstraints, refusedByPip } from "../../../../images/lock/registry/constraints.ts";
import { notHeld } from "../../../../images/lock/registry/notHeld.ts";
import { writeWheel } from "../../../registry/wheel.ts";
import { useFolder } from "../../../support/folder.ts";

const locked = {
  "acme-first:pypi": { version: "1.0" },
  "second:pypi": { version: "2.1.post1" },
  "curl:amd64": { version: "7" },
  "leaf:npm": { version: "1.0.0" },
};

describe("pip in the build of a layer that is in the lock", function () {
  this.timeout("60s");
  const folder = useFolder();
  const at = (name: string) => path.join(folder(), name);
  const target = "lib";

  /** What pip installs, held to the lock of a layer. */
  async function installed(of: Record<string, { version: string }>, ...args: string[]): Promise<string[]> {
    rmSync(at(target), { recursive: true, force: true });
    writeFileSync(at("constraints.txt"), pipConstraints({ files: {}, locked: of }, folder()));
    const pip = ["-m", "pip", "--disable-pip-version-check", "--no-cache-dir", "install", "--no-index"];
    await execa("python3", [...pip, "--find-links", "wheels", "--target", target, ...args], {
      cwd: folder(),
      all: true,
      env: { PIP_CONSTRAINT: at("constraints.txt") },
    });
    return readdirSync(at(target))
      .filter((name) => name.endsWith(".dist-info"))
      .map((name) => name.replace(".dist-info", ""))
      .sort();
  }

  before(async () => {
    mkdirSync(at("wheels"));
    await writeWheel(at("wheels"), "acme_first", "1.0", ["second"]);
    for (const version of ["2.1.post1", "2.2"]) await writeWheel(at("wheels"), "second", version);
  });

  it("takes the locked versions where newer ones have appeared, of what others need, too", async () => {
    deepEqual(await installed(locked, "acme.first"), ["acme_first-1.0", "second-2.1.post1"]);
    deepEqual(await installed(locked, "second"), ["second-2.1.post1"]);
    deepEqual(await installed({}, "acme.first"), ["acme_first-1.0", "second-2.2"]);
  });

  it("says what it cannot install so: gone, or other than roles ask for", async () => {
    const gone = { ...locked, "second:pypi": { version: "2.0" } };
    const refused = (of: typeof locked) => (error: { all: string }) => {
      deepEqual(refusedByPip(error.all, of), ["second:pypi"]);
      // As Ansible tells it, and Packer.
      const told = `docker.ansible: fatal: {"msg": ${JSON.stringify(error.all)}}`;
      deepEqual(refusedByPip(told, of), ["second:pypi"]);
      deepEqual(refusedByPip(told, { ...of, "second:pypi": { version: "9" } }), []);
      return true;
    };
    await rejects(installed(gone, "acme.first"), refused(gone));
    await rejects(installed(locked, "second>=2.2"), refused(locked));
    await rejects(installed({}, "nowhere"), ({ all }: { all: string }) => {
      deepEqual(refusedByPip(all, locked), []);
      match(all, /No matching distribution found for nowhere/);
      return true;
    });
  });

  it("is left alone with what its own lock files have, several versions have, and no version of Python's is", () => {
    writeFileSync(at("requirements.txt"), `second==2.2 --hash=sha256:${"a".repeat(64)}\n`);
    const more = {
      "twice:pypi": { version: "1.0,2.0" },
      "commit:pypi": { version: "1.0@0123456789ab" },
      "named:pypi": { version: "1.0-custom" },
      "local:pypi": { version: "2.1.0rc1+cu118" },
    };
    const files = { "requirements.txt": "" };
    deepEqual(
      pipConstraints({ files, locked: { ...locked, ...more } }, folder()),
      "acme-first==1.0\nlocal==2.1.0rc1+cu118\n",
    );
    deepEqual(pipConstraints({ files }, folder()), "");
    deepEqual(notHeld({ locked: { ...locked, ...more } }, folder()), [
      "twice:pypi",
      "commit:pypi",
      "named:pypi",
    ]);
  });
});
