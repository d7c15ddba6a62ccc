import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import type { HostSettings } from "../../config/hosts.ts";
import { rolesPlay } from "../../plan/play.ts";
import { inventoryOf, knownHostsOf } from "./inventory.ts";
import { sshArguments, type AnsibleFiles, type PlaybookRun } from "./playbook.ts";

/** The files of one run of Ansible, readable for this user alone, gone after it: they may hold secrets. */
export class WorkFolder {
  readonly folder = mkdtempSync(path.join(tmpdir(), "fleet-hosts-"));
  private readonly settings: HostSettings;
  private readonly root: string;

  constructor(settings: HostSettings, root: string) {
    this.settings = settings;
    this.root = root;
  }

  /** Writes the files of one run; of nothing but a connection when there is no run. */
  files(environment: Readonly<Record<string, string>>, run?: PlaybookRun): AnsibleFiles {
    const { inventory, privateKey, user, become } = this.settings;
    const variables = {
      ...run?.variables,
      ...(run &&
        !run.play && {
          fleet_roles: run.roles,
          fleet_play: this.write("play.yml", rolesPlay(run.roles)),
        }),
      ...(run && { base_environment: asTheyAre(environment) }),
      ansible_become: become,
      ansible_ssh_args: sshArguments(this.knownHosts()),
      ...(privateKey !== undefined && { ansible_ssh_private_key_file: this.absolute(privateKey) }),
      ...(inventory !== undefined && user !== undefined && { ansible_user: user }),
    };
    return {
      inventory:
        inventory === undefined
          ? this.write("inventory.json", JSON.stringify(inventoryOf(this.settings)))
          : path.resolve(this.root, inventory),
      variables: this.write("variables.json", JSON.stringify(variables)),
    };
  }

  /** Writes the inventory of the groups that a host is in while a layer's own playbook makes it. */
  groups(host: string, groups: readonly string[]): string {
    const children = Object.fromEntries(groups.map((group) => [group, { hosts: { [host]: {} } }]));
    return this.write("groups.json", JSON.stringify({ all: { children } }));
  }

  /** The environment that Ansible runs in: connections of its own, so that no other run's are used. */
  environment(): Record<string, string> {
    return {
      ANSIBLE_CONFIG: path.join(this.root, "playbooks/ansible.cfg"),
      ANSIBLE_SSH_CONTROL_PATH_DIR: path.join(this.folder, "cp"),
      ANSIBLE_LOCAL_TEMP: path.join(this.folder, "tmp"),
      ANSIBLE_FORCE_COLOR: "0",
      ANSIBLE_DISPLAY_OK_HOSTS: "no",
    };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private knownHosts(): string | undefined {
    const { inventory, knownHosts } = this.settings;
    if (inventory === undefined) return this.write("known_hosts", knownHostsOf(this.settings));
    return knownHosts === undefined ? undefined : this.absolute(knownHosts);
  }

  private absolute(file: string): string {
    return file.startsWith("~/") ? path.join(homedir(), file.slice(2)) : path.resolve(this.root, file);
  }

  private write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }
}

/** Values that Ansible takes as they are: it would evaluate what looks like a template in them, on this machine. */
function asTheyAre(values: Readonly<Record<string, string>>): Record<string, { __ansible_unsafe: string }> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { __ansible_unsafe: value }] as const),
  );
}
