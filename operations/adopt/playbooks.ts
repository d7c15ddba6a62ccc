import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { documents } from "./documents.ts";

/** The playbooks of a repository, and what they are run with; paths relative to its folder. */
export interface Playbooks {
  /** Those that are run: `site.yml` where there is one, else all that no other imports. */
  entries: PlaybookEntry[];
  /** Nearest to production, if any. */
  inventory?: string;
  /** Other inventories. */
  otherInventories: string[];
  requirements: string[];
  /** Whether the settings of Ansible say where the password of vault files is. */
  knowsPassword: boolean;
}

/** One playbook with the groups that its plays, and those that it imports, are for. */
export interface PlaybookEntry {
  playbook: string;
  groups: string[];
  /** Whether a play is for all hosts. */
  all: boolean;
  /** Patterns of hosts that name no group alone. */
  others: string[];
}

const folders = [".", "playbooks", "plays", "ansible", "ansible/playbooks", "provisioning", "deploy"];
const inventoryNames =
  /^(inventor(y|ies)|hosts|environments?|production|prod|staging|stage)(\.(ini|ya?ml|yml|py|sh))?$/;

/** Reads the playbooks of a repository. */
export function readPlaybooks(root: string): Playbooks {
  const all = folders.flatMap((folder) => playbooksIn(root, folder));
  const imported = new Set(all.flatMap((file) => importsOf(root, file)));
  const site = all.filter((file) => /(^|\/)(site|main)\.ya?ml$/.test(file)).slice(0, 1);
  const roots = site.length > 0 ? site : all.filter((file) => !imported.has(file));
  const [inventory, ...otherInventories] = inventories(root);
  const settings = folders
    .map((folder) => path.join(root, folder, "ansible.cfg"))
    .filter((file) => existsSync(file));
  return {
    entries: roots.map((playbook) => entry(root, playbook)),
    ...(inventory !== undefined && { inventory }),
    otherInventories,
    requirements: folders
      .flatMap((folder) =>
        ["", "roles/", "collections/"].map((part) => path.posix.join(folder, `${part}requirements`)),
      )
      .flatMap((file) => [`${file}.yml`, `${file}.yaml`])
      .filter((file) => existsSync(path.join(root, file))),
    knowsPassword: settings.some((file) =>
      /^vault_(password_file|identity_list)\s*=/m.test(readFileSync(file, "utf8")),
    ),
  };
}

/** Whether layers can be made of the plays: some are for groups, or for all hosts. */
export function hasPlays({ entries }: Pick<Playbooks, "entries">): boolean {
  return entries.some(({ groups, all }) => all || groups.length > 0);
}

function playbooksIn(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.posix.join(folder, name))
    .filter((file) => playsOf(root, file).length > 0)
    .sort();
}

/** The plays of a file, imports among them; none when it is no playbook. */
function playsOf(root: string, file: string): Record<string, unknown>[] {
  const full = path.join(root, file);
  if (statSync(full, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const content = documents(full).flat();
  const plays = content.filter((each) => typeof each === "object" && each !== null) as Record<
    string,
    unknown
  >[];
  return plays.filter((each) => "hosts" in each || importedBy(each) !== undefined);
}

function importedBy(play: Record<string, unknown>): string | undefined {
  const name = play["import_playbook"] ?? play["ansible.builtin.import_playbook"] ?? play["include"];
  return typeof name === "string" && !name.includes("{{") ? name.split(/\s/)[0] : undefined;
}

function importsOf(root: string, file: string): string[] {
  return playsOf(root, file).flatMap((play) => {
    const name = importedBy(play);
    return name === undefined ? [] : [path.posix.join(path.posix.dirname(file), name)];
  });
}

function entry(root: string, playbook: string): PlaybookEntry {
  const patterns = [...new Set(patternsOf(root, playbook, new Set()))];
  const isGroup = (pattern: string) =>
    /^[A-Za-z_][\w-]*$/.test(pattern) && !/^(all|localhost)$/.test(pattern);
  return {
    playbook,
    groups: patterns.filter(isGroup),
    all: patterns.some((pattern) => pattern === "all" || pattern === "*"),
    others: patterns.filter((pattern) => !isGroup(pattern) && pattern !== "all" && pattern !== "*"),
  };
}

function patternsOf(root: string, file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return playsOf(root, file).flatMap((play) => {
    const imported = importedBy(play);
    if (imported !== undefined)
      return patternsOf(root, path.posix.join(path.posix.dirname(file), imported), seen);
    const { hosts } = play;
    const named = Array.isArray(hosts) ? hosts.filter((each) => typeof each === "string") : [hosts];
    return named.flatMap((each) => (typeof each === "string" ? union(each) : []));
  });
}

/** `web:db` is two groups; an intersection or exclusion is one pattern. */
function union(pattern: string): string[] {
  return /[&!{[*~]/.test(pattern) && pattern !== "*"
    ? [pattern]
    : pattern.split(/[:,]\s*/).map((part) => part.trim());
}

/** Inventories, that of production first. */
function inventories(root: string): string[] {
  const found = [".", "ansible", "provisioning"].flatMap((folder) => inventoriesIn(root, folder));
  const rank = (file: string) =>
    /prod/.test(file) ? 0 : /stag|dev|test|local|vagrant|example/.test(file) ? 2 : 1;
  return [...new Set(found)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function inventoriesIn(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full)
    .filter((name) => inventoryNames.test(name))
    .map((name) => path.posix.join(folder, name))
    .flatMap((file) => {
      if (!statSync(path.join(root, file)).isDirectory()) return playsOf(root, file).length > 0 ? [] : [file];
      const below = readdirSync(path.join(root, file)).filter(
        (name) => !/^\.|_vars$|\.md$|_plugins$/.test(name),
      );
      const parts = below.map((name) => path.posix.join(file, name));
      const isMany = parts.length > 0 && parts.every((each) => statSync(path.join(root, each)).isDirectory());
      return isMany ? parts : [file];
    });
}
