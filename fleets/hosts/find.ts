import * as path from "node:path";
import { execa } from "execa";
import { ConfigurationError } from "../../config/problem.ts";
import type { HostSettings } from "../../config/hosts.ts";
import type { FleetHosts } from "../../plan/host.ts";
import {
  hostMistake,
  hostsOfGroup,
  hostsOfMembers,
  type InventoryListing,
  type Mistake,
} from "./inventory.ts";

/**
 * The mutable hosts of every fleet that has some, by fleet: from the configuration, or by asking Ansible for an inventory.
 * @param settings of each such fleet, by its name.
 * @throws ConfigurationError that names every fleet whose hosts cannot be told.
 */
export async function findHosts(
  settings: Readonly<Record<string, HostSettings>>,
  root: string,
): Promise<Record<string, FleetHosts>> {
  const found = await Promise.all(
    Object.entries(settings).map(async ([fleet, hosts]) => {
      const told = await hostsOf(fleet, hosts, root);
      const mistake = "fix" in told ? told : hostMistake(told.hosts);
      return { fleet, told, mistake };
    }),
  );
  const problems = found.flatMap(({ fleet, mistake }) =>
    mistake ? [{ path: `environment.fleets.${fleet}.hosts`, ...mistake }] : [],
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.fromEntries(
    found.flatMap(({ fleet, told }) => ("hosts" in told ? [[fleet, told] as const] : [])),
  );
}

async function hostsOf(fleet: string, settings: HostSettings, root: string): Promise<FleetHosts | Mistake> {
  const { inventory } = settings;
  if (inventory === undefined) return hostsOfMembers(settings);
  const group = settings.group ?? fleet;
  const result = await execa("ansible-inventory", ["--list", "--inventory", inventory], {
    cwd: root,
    env: { ANSIBLE_CONFIG: path.join(root, "playbooks/ansible.cfg") },
    reject: false,
    stdin: "ignore",
  });
  const complaint = result.stderr.split("\n").find((line) => /error|fail/i.test(line));
  if (result.failed || complaint !== undefined) {
    const got = complaint ?? result.shortMessage ?? "no answer";
    return { expected: "an inventory that Ansible reads", got, fix: `correct ${inventory}` };
  }
  const hosts = hostsOfGroup(JSON.parse(result.stdout) as InventoryListing, group, settings);
  const expected = `the group ${group} in ${inventory}`;
  return hosts ?? { expected, got: "none", fix: "add it, or name another in hosts.group" };
}
