import { deepEqual, equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { hostsSchema } from "../../../config/hosts.ts";
import {
  hostMistake,
  hostsOfGroup,
  hostsOfMembers,
  inventoryOf,
  knownHostsOf,
} from "../../../fleets/hosts/inventory.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const settings = hostsSchema.parse({
  user: "deploy",
  members: {
    web2: { address: "10.0.0.6", hostKey: key, port: 2222, user: "root" },
    web1: { address: "web1.example.org", hostKey: key },
  },
});

describe("hosts that the configuration names", () => {
  it("are known by name, in order, with the addresses that the edge uses", () => {
    deepEqual(hostsOfMembers(settings).hosts, [
      { name: "web1", address: "web1.example.org" },
      { name: "web2", address: "10.0.0.6" },
    ]);
  });

  it("become an inventory of Ansible", () => {
    deepEqual(inventoryOf(settings), {
      all: {
        hosts: {
          web1: { ansible_host: "web1.example.org", ansible_port: 22, ansible_user: "deploy" },
          web2: { ansible_host: "10.0.0.6", ansible_port: 2222, ansible_user: "root" },
        },
      },
    });
  });

  it("become known_hosts, with the port where it is not the usual one", () => {
    equal(knownHostsOf(settings), `[10.0.0.6]:2222 ${key}\nweb1.example.org ${key}\n`);
  });

  it("have another digest when one of them changes, and no other for a path of a key", () => {
    const { inventoryDigest } = hostsOfMembers(settings);
    const moved = hostsSchema.parse({
      ...settings,
      members: { web1: { address: "10.0.0.9", hostKey: key } },
    });
    notEqual(hostsOfMembers(moved).inventoryDigest, inventoryDigest);
    equal(hostsOfMembers({ ...settings, privateKey: "~/.ssh/other" }).inventoryDigest, inventoryDigest);
  });
});

describe("hosts of an inventory of Ansible", () => {
  const listing = {
    _meta: { hostvars: { a: { ansible_host: "10.0.0.1", level: 1 }, "b.example.org": {}, c: {} } },
    all: { children: ["ungrouped", "web", "apps"] },
    web: { hosts: ["b.example.org"], children: ["front", "web"] },
    front: { hosts: ["a", "b.example.org"] },
    apps: { hosts: ["c"] },
  };
  const own = hostsSchema.parse({ inventory: "inventory.ini" });

  it("are those of the group and its children, each once, whatever circle they make", () => {
    deepEqual(hostsOfGroup(listing, "web", own)?.hosts, [
      { name: "a", address: "10.0.0.1" },
      { name: "b.example.org", address: "b.example.org" },
    ]);
    equal(hostsOfGroup(listing, "db", own), undefined);
  });

  it("have another digest when one of their variables changes, and no other for those of others", () => {
    const digest = (hostvars: Record<string, Record<string, unknown>>) =>
      hostsOfGroup({ ...listing, _meta: { hostvars } }, "web", own)?.inventoryDigest;
    const { hostvars } = listing._meta;
    fc.assert(
      fc.property(fc.integer(), fc.string(), (level, value) => {
        equal(digest({ ...hostvars, c: { value } }), digest(hostvars));
        equal(digest({ ...hostvars, a: { ...hostvars.a, level } }) === digest(hostvars), level === 1);
      }),
    );
  });
});

describe("hosts that the edge cannot have", () => {
  it("are told", () => {
    equal(hostMistake([{ name: "a", address: "10.0.0.1" }]), undefined);
    deepEqual(hostMistake([]), { expected: "at least one host", got: "none", fix: "add one" });
    deepEqual(hostMistake([{ name: "a", address: "fe80::1%eth0" }]), {
      expected: "hosts at host names or IPv4 addresses",
      got: "a at fe80::1%eth0",
      fix: "correct the inventory",
    });
  });
});
