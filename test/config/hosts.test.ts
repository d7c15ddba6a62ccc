import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const members = { web1: { address: "10.0.0.5", hostKey } };
const shop = (own: object) => [["environment/fleets/shop", { target: "hosts", ...own }]] as const;

describe("mutable hosts", () => {
  it("are taken with their defaults", () => {
    const { environment } = validate(changed(...shop({ hosts: { members } })), surroundings);
    deepEqual(environment.fleets["shop"]?.hosts, {
      members: { web1: { address: "10.0.0.5", hostKey, port: 22 } },
      mayDiffer: [],
      become: true,
    });
  });

  it("may stay in reserve behind containers", () => {
    validate(
      changed(["environment/fleets/shop", { target: "containers", hosts: { members } }]),
      surroundings,
    );
  });
});

describe("mutable hosts that cannot be configured are refused", () => {
  const at = "environment.fleets.shop";
  refuses("none at all", shop({}), [
    `${at}.hosts: expected the hosts of the fleet, got nothing; add hosts: {members: …}`,
  ]);
  refuses("neither members nor an inventory", shop({ hosts: {} }), [
    `${at}.hosts: expected either members or an inventory, got neither; add one`,
  ]);
  refuses(
    "members and an inventory that is not there",
    shop({ hosts: { members, inventory: "hosts.ini" } }),
    [
      `${at}.hosts: expected either members or an inventory, got both; keep one`,
      `${at}.hosts.inventory: expected a file of the project, got hosts.ini; create it or correct the path`,
    ],
  );
  refuses(
    "what only an inventory has",
    shop({ hosts: { members, group: "web", knownHosts: "hosts.keys" } }),
    [
      `${at}.hosts.group: expected an inventory beside it, got web; remove it`,
      `${at}.hosts.knownHosts: expected an inventory beside it, got hosts.keys; remove it`,
    ],
  );
  refuses("limits of containers", shop({ hosts: { members }, memory: "1 GiB", cpus: 2 }), [
    `${at}.memory: expected no limit of a container on hosts, got 1 GiB; remove it`,
    `${at}.cpus: expected no limit of a container on hosts, got 2; remove it`,
  ]);
  refuses(
    "a layer that no role makes",
    [
      ...shop({ hosts: { members } }),
      ["layers/python/provisioner", "shell"],
      ["layers/python/roles", []],
      ["layers/python/run", ["apps/fleetbox"]],
    ],
    [`${at}.target: expected layers made by roles for hosts, got shell in python; choose another target`],
  );
  refuses(
    "an accessory that they do not reach",
    [["environment/fleets/orders", { target: "hosts", hosts: { members } }]],
    [
      "environment.accessories.database.address: expected an address that the hosts of orders reach, got nothing; run it elsewhere and add its host name",
    ],
  );
  refuses("no host key", shop({ hosts: { members: { web1: { address: "10.0.0.5" } } } }), [
    `${at}.hosts.members.web1.hostKey: expected a public host key: its type and base64 (ssh-ed25519 AAAA…), got nothing; add it`,
  ]);
  refuses("an exception of no kind", shop({ hosts: { members, mayDiffer: ["openssh-server"] } }), [
    `${at}.hosts.mayDiffer[0]: expected what may differ: package, file, user, service or port, and a name; * stands for any characters, got openssh-server; correct it`,
  ]);
});
