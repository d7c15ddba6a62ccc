import type { HostSettings } from "../../config/hosts.ts";
import type { Problem } from "../../config/problem.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import type { FleetHost, FleetHosts } from "../../plan/host.ts";

/** A problem whose place is known to the caller. */
export type Mistake = Omit<Problem, "path">;

/** The hosts that the configuration itself names. */
export function hostsOfMembers(settings: HostSettings): FleetHosts {
  const names = Object.keys(settings.members).sort();
  const hosts = names.map((name) => ({ name, address: settings.members[name]?.address ?? "" }));
  const { members, user, become } = settings;
  return { hosts, inventoryDigest: sha256(canonicalJson({ members, user, become })), settings };
}

/** What `ansible-inventory --list` prints, as far as it is read here. */
export interface InventoryListing {
  _meta?: { hostvars?: Record<string, Record<string, unknown>> };
  [group: string]: unknown;
}

interface Group {
  hosts?: string[];
  children?: string[];
}

/** The hosts of a group of an inventory, those of its child groups too; undefined when there is no such group. */
export function hostsOfGroup(
  listing: InventoryListing,
  group: string,
  settings: HostSettings,
): FleetHosts | undefined {
  const names = group in listing ? [...namesIn(listing, group, new Set())].sort() : undefined;
  if (!names) return undefined;
  const variables = listing._meta?.hostvars ?? {};
  const hosts = names.map((name) => ({ name, address: addressOf(name, variables[name]) }));
  const told = Object.fromEntries(names.map((name) => [name, variables[name] ?? {}]));
  const { user, become } = settings;
  return { hosts, inventoryDigest: sha256(canonicalJson({ told, user, become })), settings };
}

function namesIn(listing: InventoryListing, group: string, seen: Set<string>): Set<string> {
  if (seen.has(group)) return new Set();
  seen.add(group);
  const { hosts = [], children = [] } = (listing[group] ?? {}) as Group;
  return new Set([...hosts, ...children.flatMap((child) => [...namesIn(listing, child, seen)])]);
}

function addressOf(name: string, variables: Record<string, unknown> | undefined): string {
  const address = variables?.["ansible_host"];
  return typeof address === "string" ? address : name;
}

/** An Ansible inventory of the hosts that the configuration names. */
export function inventoryOf({ members, user }: HostSettings): object {
  const hosts = Object.entries(members).map(([name, member]) => {
    const login = member.user ?? user;
    const variables = {
      ansible_host: member.address,
      ansible_port: member.port,
      ...(login !== undefined && { ansible_user: login }),
    };
    return [name, variables] as const;
  });
  return { all: { hosts: Object.fromEntries(hosts) } };
}

/** The text of a known_hosts file of the hosts that the configuration names (sshd(8)). */
export function knownHostsOf({ members }: HostSettings): string {
  return Object.values(members)
    .map(({ address, port, hostKey }) => `${port === 22 ? address : `[${address}]:${port}`} ${hostKey}\n`)
    .join("");
}

/** What is wrong with the hosts that were found; undefined when nothing is. */
export function hostMistake(hosts: readonly FleetHost[]): Mistake | undefined {
  if (hosts.length === 0) return { expected: "at least one host", got: "none", fix: "add one" };
  const strange = hosts.find(
    ({ name, address }) => !/^[A-Za-z0-9_.:-]+$/.test(name) || !/^[A-Za-z0-9.-]+$/.test(address),
  );
  if (!strange) return undefined;
  const got = `${strange.name} at ${strange.address}`;
  return { expected: "hosts at host names or IPv4 addresses", got, fix: "correct the inventory" };
}
