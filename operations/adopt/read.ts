import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { documents } from "./documents.ts";
import { hasPlays, readPlaybooks, type Playbooks } from "./playbooks.ts";

/** One task of a role: where it stands, and its module with what it is given. */
export interface Task {
  /** File and name of the task, for reports. */
  place: string;
  /** Without its collection: `apt`. */
  module: string;
  /** Arguments; a free form as `_raw`. */
  args: Record<string, unknown>;
}

/** A role of an Ansible repository, as far as it is judged here. */
export interface Role {
  name: string;
  tasks: Task[];
  /** Roles that it depends on. */
  dependencies: string[];
  /** Everything that its templates and variables say. */
  texts: { file: string; text: string }[];
}

/** A play: the hosts that it is for, and the roles that it applies, in order. */
export interface Play {
  hosts: string;
  roles: string[];
}

/** An Ansible repository. */
export interface Estate {
  roles: Role[];
  plays: Play[];
  /** Roles that requirements.yml brings, which are not in the repository. */
  required: string[];
  /** Files that are encrypted by ansible-vault, and those that have encrypted values. */
  vaults: string[];
  playbooks: Playbooks;
  /** Addresses and names of the machines of its inventory. */
  machines: string[];
}

const roleFolders = [
  "roles",
  "playbooks/roles",
  "ansible/roles",
  "ansible/playbooks/roles",
  "provisioning/roles",
];
/** Keys of a task that are no module. */
const keywords =
  /^(name|when|tags|notify|register|loop.*|with_.*|become.*|vars|args|changed_when|failed_when|ignore_errors|until|retries|delay|delegate_.*|run_once|environment|no_log|listen|check_mode|any_errors_fatal|block|rescue|always|throttle|async|poll|diff|module_defaults|connection|remote_user|local_action|action|collections|debugger|timeout|first_available_file)$/;

/** Reads a repository, or a single role. @throws Error when the folder has neither roles nor tasks nor plays. */
export function readEstate(folder: string): Estate {
  const single = existsSync(path.join(folder, "tasks")) ? [folder] : [];
  const found = roleFolders.flatMap((each) => folders(path.join(folder, each)));
  const roles = [...single, ...found].map(readRole);
  const playbooks = readPlaybooks(folder);
  if (roles.length === 0 && !hasPlays(playbooks))
    throw new Error(
      `PATH: expected an Ansible repository with roles/, or a role, got ${folder}; name its folder`,
    );
  const files = yamlFiles(folder).filter((file) => !file.includes("/roles/") && !file.includes("/molecule/"));
  const inventory = playbooks.inventory === undefined ? [] : allFiles(path.join(folder, playbooks.inventory));
  return {
    roles,
    playbooks,
    machines: [...new Set(inventory.flatMap(machinesOf))],
    plays: files
      .filter((file) => !/\/(group|host)_vars\//.test(file))
      .flatMap((file) => plays(documents(file))),
    required: required(folder).filter((name) => !roles.some((role) => role.name === name)),
    vaults: yamlFiles(folder)
      .filter((file) => /^\$ANSIBLE_VAULT|^[^#\n]*!vault/m.test(readFileSync(file, "utf8")))
      .map((file) => path.relative(folder, file)),
  };
}

function readRole(folder: string): Role {
  const texts = ["templates", "vars", "defaults", "tasks"].flatMap((part) =>
    allFiles(path.join(folder, part)).map((file) => ({
      file: path.relative(folder, file),
      text: readFileSync(file, "utf8"),
    })),
  );
  const tasks = ["tasks", "handlers"].flatMap((part) =>
    yamlFiles(path.join(folder, part)).flatMap((file) =>
      tasksOf(documents(file), path.relative(folder, file)),
    ),
  );
  const meta = yamlFiles(path.join(folder, "meta")).filter((file) => /\/main\.ya?ml$/.test(file));
  const dependencies = meta.flatMap((file) =>
    names((documents(file)[0] as { dependencies?: unknown } | null)?.dependencies),
  );
  return {
    name: path.basename(path.resolve(folder)).replace(/^ansible-role-/, ""),
    tasks,
    dependencies,
    texts,
  };
}

function tasksOf(value: unknown, file: string): Task[] {
  if (Array.isArray(value)) return value.flatMap((each) => tasksOf(each, file));
  if (typeof value !== "object" || value === null) return [];
  const task = value as Record<string, unknown>;
  const inner = ["block", "rescue", "always"].flatMap((part) => tasksOf(task[part], file));
  const place = `${file}: ${typeof task["name"] === "string" ? task["name"] : "unnamed task"}`;
  const own = Object.entries(task).filter(([key]) => !keywords.test(key));
  return [
    ...own.map(([key, args]) => ({
      place,
      module: key.split(".").at(-1) ?? key,
      args:
        typeof args === "object" && args !== null
          ? (args as Record<string, unknown>)
          : { _raw: typeof args === "string" ? args : "" },
    })),
    ...(isElsewhere(task["delegate_to"]) ? [{ place, module: "delegate_to", args: {} }] : []),
    ...inner,
  ];
}

/** Whether a task is another host's: neither that of the machine that builds, nor the box's own. */
function isElsewhere(host: unknown): boolean {
  const here = /^(localhost|127\.0\.0\.1|::1|\{\{\s*inventory_hostname\s*\}\})$/;
  return typeof host === "string" && !here.test(host.trim());
}

function plays(found: readonly unknown[]): Play[] {
  return found.flat().flatMap((each) => {
    const { hosts, roles } = (each ?? {}) as { hosts?: unknown; roles?: unknown };
    return typeof hosts === "string" && roles !== undefined ? [{ hosts, roles: names(roles) }] : [];
  });
}

function required(folder: string): string[] {
  return ["requirements.yml", "requirements.yaml", "roles/requirements.yml"]
    .map((file) => path.join(folder, file))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const [content] = documents(file);
      return names(Array.isArray(content) ? content : (content as { roles?: unknown } | null)?.roles);
    });
}

function names(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    const { role, name, src } = (each ?? {}) as Record<string, unknown>;
    const text = typeof each === "string" ? each : [role, name, src].find((part) => typeof part === "string");
    return typeof text === "string" ? [text] : [];
  });
}

/** The addresses that a file of an inventory gives machines. */
function machinesOf(file: string): string[] {
  const addresses = /\bansible_(?:ssh_)?host["']?\s*[=:]\s*["']?([\w.-]+)/g;
  return [...readFileSync(file, "utf8").matchAll(addresses)]
    .map(([, address = ""]) => address)
    .filter((address) => !/^(localhost|127\..*)$/.test(address));
}

function folders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .map((name) => path.join(parent, name))
    .filter((folder) => statSync(folder).isDirectory() && existsSync(path.join(folder, "tasks")))
    .sort();
}

function allFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [folder];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function yamlFiles(folder: string): string[] {
  return allFiles(folder).filter((file) => /\.ya?ml$/.test(file) && !/\/(node_modules|\.git)\//.test(file));
}
