import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Where a playbook lies, and which settings of Ansible count for it: paths relative to the project's root. */
export interface AnsibleHome {
  /** The playbook's folder. */
  playbooks: string;
  /** The file `ansible.cfg`; absent: there is none. */
  settings?: string;
}

/** The home of the project's own playbook, which applies the roles of layers. */
export const ownHome: AnsibleHome = { playbooks: "playbooks", settings: "playbooks/ansible.cfg" };

/** The home of a playbook: its settings are in its folder, or in the nearest one above it in the project. */
export function homeOf(root: string, playbook: string): AnsibleHome {
  const playbooks = path.posix.dirname(path.posix.normalize(playbook));
  for (let folder = playbooks; ; folder = path.posix.dirname(folder)) {
    const settings = path.posix.join(folder, "ansible.cfg");
    if (existsSync(path.join(root, settings))) return { playbooks, settings };
    if (folder === ".") return { playbooks };
  }
}

/** The folder in which whoever uses the playbook runs it: that of its settings, else its own. */
export function workingFolder({ playbooks, settings }: AnsibleHome): string {
  return settings === undefined ? playbooks : path.posix.dirname(settings);
}

/** Ansible takes files of certain names alone. */
const noSettings = path.join(import.meta.dirname, "none.cfg");

/** The value of `ANSIBLE_CONFIG` by which nothing but the settings of a home counts. */
export function settingsFile(root: string, { settings }: AnsibleHome): string {
  return settings === undefined ? noSettings : path.join(root, settings);
}

/** The settings of a home as they stand: name and value, in their order. */
export function settingsOf(root: string, { settings }: AnsibleHome): (readonly [string, string])[] {
  const file = settings === undefined ? "" : path.join(root, settings);
  const text = settings !== undefined && existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(/^(\w+)[ \t]*[=:][ \t]*(\S.*)$/gm)].map(
    ([, name = "", value = ""]) => [name, value.replace(/\s+[;#].*$/, "").trim()] as const,
  );
}

/** The paths that a setting lists, which are relative to the file of the settings; relative to the root here. */
export function settingPaths(root: string, home: AnsibleHome, name: RegExp): string[] {
  const from = path.resolve(root, workingFolder(home));
  return settingsOf(root, home)
    .filter(([each]) => name.test(each))
    .flatMap(([, value]) => value.split(":"))
    .map((folder) => folder.trim())
    .filter((folder) => folder !== "")
    .map((folder) => path.posix.normalize(path.relative(root, path.resolve(from, expanded(folder)))));
}

function expanded(folder: string): string {
  return folder.replace(/^~(?=\/|$)/, homedir()).replace(/^\{\{\s*CWD\s*\}\}\/?/, "");
}
