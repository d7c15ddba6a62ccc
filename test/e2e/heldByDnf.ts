import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { LayerRecipe } from "../../config/schema.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { DnfRepository } from "../registry/dnfRepository.ts";
import { withVariables } from "../support/variables.ts";

const [held, newer] = ["1.0-1", "1.1-1"] as const;

/**
 * A role that installs the package `second` by dnf, and upgrades all, from a repository in which a newer version of it has appeared.
 * @param root of the project, whose role it is.
 * @returns the older version, as the lock has it.
 */
export async function packagesByDnf(root: string, role: string): Promise<LockedPlace["packages"]> {
  const folder = path.join(root, "playbooks/roles", role);
  const repository = new DnfRepository();
  try {
    await repository.publish({ second: [held, newer] });
    cpSync(repository.served, path.join(folder, "files/second"), { recursive: true });
    const source = { name: "second", description: "second", baseurl: "file:///tmp/second", gpgcheck: false };
    const tasks = [
      { "ansible.builtin.copy": { src: "second", dest: "/tmp/", mode: "0644" } },
      { "ansible.builtin.file": { path: "/etc/yum.repos.d", state: "directory", mode: "0755" } },
      { "ansible.builtin.yum_repository": source },
      { "ansible.builtin.dnf": { name: "second", use_backend: "dnf4" } },
      { "ansible.builtin.command": "dnf --assumeyes upgrade" },
      { "ansible.builtin.yum_repository": { name: "second", state: "absent" } },
    ];
    mkdirSync(path.join(folder, "tasks"), { recursive: true });
    writeFileSync(path.join(folder, "tasks/main.yml"), JSON.stringify(tasks));
    return { "second:noarch": { version: held, sha256: repository.digest("second", held) } };
  } finally {
    repository.remove();
  }
}

/** A base that dnf makes from a repository in a folder. @param digest of its index. */
export function dnfBase(folder: string, digest: string): LayerRecipe {
  const dnf = {
    release: "9",
    repositories: { local: { url: `file://${folder}`, digest } },
    packages: ["filesystem"],
    database: "/var/lib/rpm",
  };
  return { from: { dnf }, roles: [], variables: {}, files: [], machineOnly: false };
}

/** A base that stands in the lock gets all that dnf installed into it, with digests, is built from that, and refuses other content. */
export async function holdsToLock(root: string, layer: string, build: () => Promise<string>): Promise<void> {
  const architecture = architectureOf(toolVersions(root));
  const write = (entry: LockedPlace) => {
    const packages = { [layer]: { [architecture]: entry } };
    writeFileSync(path.join(root, lockFile), lockText({ updates: {}, packages }));
  };
  try {
    write({ indexes: {}, packages: {} });
    const image = await withVariables({ CI: "" }, build);
    const entry = readLock(root).packages[layer]?.[architecture];
    const ids = Object.keys(entry?.packages ?? {});
    assert.deepEqual(
      ids,
      ["ca-certificates", "dbus", "dnf", "filesystem", "python3", "systemd"].map((name) => `${name}:noarch`),
    );
    assert.ok(Object.values(entry?.packages ?? {}).every(({ sha256 }) => sha256 !== undefined));
    assert.match(entry?.indexes["local"]?.date ?? "", /^20\d\d-/);
    assert.equal(await withVariables({ CI: "true" }, build), image);
    const wrong = { version: entry?.packages["dbus:noarch"]?.version ?? "", sha256: "0".repeat(64) };
    write({ indexes: {}, packages: { ...entry?.packages, "dbus:noarch": wrong } });
    await assert.rejects(withVariables({ CI: "" }, build), (error: Error) => {
      assert.match(
        error.message,
        /^layers\.\S+, images\.lock\.yaml: expected SHA-256 0{64} of dbus:noarch .*npm run lock$/,
      );
      return true;
    });
  } finally {
    rmSync(path.join(root, lockFile));
  }
}
