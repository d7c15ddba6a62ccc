import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { execaSync } from "execa";
import { homeOf, settingsFile, workingFolder } from "../../config/ansibleHome.ts";

/** What was listed in this process: a stack has many layers of few inventories. */
const listed = new Map<string, string>();

/**
 * SHA-256 (hexadecimal) of the hosts and groups that a dynamic inventory lists now; undefined for one whose files say all. What lies
 * in `group_vars` and `host_vars` is not asked for: those are files, and may need a vault's password.
 * @throws Error when Ansible cannot read the inventory.
 */
export function inventoryListing(
  root: string,
  layer: string,
  playbook: string,
  inventory: string,
): string | undefined {
  if (!isDynamic(path.join(root, inventory))) return undefined;
  const key = JSON.stringify([root, playbook, inventory]);
  const known = listed.get(key) ?? ask(root, layer, playbook, inventory);
  listed.set(key, known);
  return known;
}

function ask(root: string, layer: string, playbook: string, inventory: string): string {
  const home = homeOf(root, playbook);
  const result = execaSync("ansible-inventory", ["--list", "--inventory", path.join(root, inventory)], {
    cwd: path.join(root, workingFolder(home)),
    env: {
      ANSIBLE_CONFIG: settingsFile(root, home),
      ANSIBLE_VARS_ENABLED: "none",
      ANSIBLE_INVENTORY_UNPARSED_FAILED: "True",
      // A cache would show what was there before.
      ANSIBLE_INVENTORY_CACHE: "False",
      ANSIBLE_FORCE_COLOR: "0",
    },
    reject: false,
    stdin: "ignore",
  });
  if (!result.failed) return createHash("sha256").update(result.stdout).digest("hex");
  const got = complaint(result.stderr) ?? result.shortMessage ?? "no answer";
  throw new Error(
    `layers.${layer}.inventory: expected an inventory that Ansible reads, got ${got}; correct ${inventory}`,
  );
}

/** What Ansible says is wrong, on one line: the first of its warnings, which it wraps, says it, and only else its error. */
function complaint(stderr: string): string | undefined {
  const told = stderr.split(/^(?=\[WARNING\]|ERROR!)/m).map((part) => part.replace(/\s+/g, " ").trim());
  const first = told.find((part) => /error|fail|skipping/i.test(part)) ?? told.find((part) => part !== "");
  return first?.replace(/^\[WARNING\]:\s*(\* )?/, "").slice(0, 400);
}

/** Whether an inventory is a program or the settings of a plugin, or has one in its folder. */
function isDynamic(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true)
    return readdirSync(file)
      .filter((name) => !/^(group_vars|host_vars)$|^\.|\.(pyc|orig|bak|retry|swp)$/.test(name))
      .some((name) => isDynamic(path.join(file, name)));
  if (stats?.isFile() !== true) return false;
  return (
    (stats.mode & 0o111) !== 0 || (/\.ya?ml$/.test(file) && /^plugin:/m.test(readFileSync(file, "utf8")))
  );
}
