import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { lockFile } from "../../../plan/lockFile.ts";
import { AptRepository } from "../../registry/aptRepository.ts";
import type { System } from "../system/system.ts";
import type { KilledCommand } from "./KilledCommand.ts";

/** A package that the catalog's layer brings, and the version that its repository has now. */
const [name, old, now] = ["fleet-fault-news", "1.0-1", "1.0-2"];

/** The command that looks for newer packages: killed, and run again, it has written what is newer. */
export const freshen: KilledCommand = {
  stack: "dev",
  line: ["freshen", "--layer", "catalog"],
  prepare: forget,
  serves: true,
  wrong: (system) => {
    const file = lockOf(system);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "nothing";
    const isTold = new RegExp(`catalog:\\n +${name}:[^]*candidate: ${now}\\n`).test(text);
    return isTold ? undefined : `${lockFile}: expected ${name} ${now} of catalog, got ${text}`;
  },
  // The next update of dev is of another command.
  restore: forget,
};

/** Why this machine can publish no news; undefined where it can. */
export async function noRepository(): Promise<string | undefined> {
  for (const program of ["dpkg-deb", "apt-ftparchive"])
    if ((await execa(program, ["--version"], { reject: false })).failed)
      return `publishing news needs ${program}; run it through toolchain/run`;
  return undefined;
}

/** Has dev run an image with an old package, of which there is a newer one from now on. */
export async function publishNews(system: System): Promise<AptRepository> {
  const repository = await AptRepository.start();
  try {
    await repository.publish({ [name]: old });
    const file = "/etc/apt/sources.list.d/own.list";
    system.sandbox.replace(
      "playbooks/roles/catalog/tasks/main.yml",
      /$/,
      `
- name: List the packages of the tests
  ansible.builtin.copy: { dest: ${file}, content: "${repository.source}\\n", mode: "0644" }

- name: Install a package of the tests
  ansible.builtin.apt: { name: ${name}, update_cache: true }
`,
    );
    await system.succeeds("up");
    await repository.publish({ [name]: now });
    return repository;
  } catch (error) {
    repository.close();
    throw error;
  }
}

function lockOf({ sandbox }: System): string {
  return path.join(sandbox.folder, lockFile);
}

function forget(system: System): Promise<void> {
  rmSync(lockOf(system), { force: true });
  return Promise.resolve();
}
