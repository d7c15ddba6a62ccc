import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import { writePip, writeWheel } from "../registry/wheel.ts";

const [held, newer] = ["2.1.0", "2.2.0"] as const;

/** Tasks of a role that install the library `second` by pip, of which a newer version has appeared. @param root of the project, whose role it is. */
export async function librariesByPip(root: string, role: string): Promise<object[]> {
  const folder = path.join(root, `playbooks/roles/${role}/files/pip`);
  mkdirSync(folder, { recursive: true });
  await writePip(path.join(folder, "pip.zip"));
  for (const version of [held, newer]) await writeWheel(folder, "second", version);
  const pip = "python3 /tmp/pip/pip.zip/pip --no-cache-dir install --no-index --find-links /tmp/pip";
  return [
    { "ansible.builtin.copy": { src: "pip", dest: "/tmp/", mode: "0644" } },
    { "ansible.builtin.command": `${pip} --target /opt/libraries second` },
  ];
}

/** Puts the older version into the lock of a place, as a build would have on another day. */
export function lockLibrary(root: string, place: string): void {
  const { updates, packages } = readLock(root);
  const [architecture, entry] = Object.entries(packages[place] ?? {})[0]!;
  const more = { ...entry, packages: { ...entry.packages, "second:pypi": { version: held } } };
  const locked = lockText({ updates, packages: { ...packages, [place]: { [architecture]: more } } });
  writeFileSync(path.join(root, lockFile), locked);
}

/** What is of that library in an image: the folder of its version, and what the build held pip by. */
export async function libraryIn(image: string | undefined): Promise<string> {
  const script = "cd /opt/libraries; echo second-*; env | grep PIP_";
  const args = ["run", "--rm", "--entrypoint", "/bin/sh", image ?? "", "-c", script];
  return (await execa("docker", args, { reject: false })).stdout;
}
