import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const north = { address: "10.0.0.5", hostKey };
const engines = (own: object) => ["environment/engines", own] as const;

describe("engines of other machines", () => {
  it("are taken with their defaults; one of them may keep data", () => {
    const { environment } = validate(changed(engines({ north })), surroundings);
    deepEqual(environment.engines, { north: { ...north, port: 22 } });
  });
});

describe("engines of other machines are refused", () => {
  refuses(
    "without a host key",
    [engines({ north: { address: "10.0.0.5" } })],
    [
      "environment.engines.north.hostKey: expected a public host key: its type and base64 (ssh-ed25519 AAAA…), got nothing; add it",
    ],
  );
  refuses(
    "beside what they do not run",
    [
      engines({ north }),
      ["environment/edge/internalAddress", "10.0.0.1"],
      ["environment/fleets/shop", { hosts: { members: { web1: north } } }],
    ],
    [
      "environment.fleets.shop.hosts: expected no mutable hosts, since environment.engines names engines, got some; use two stacks",
      "environment.edge.internalAddress: expected none where boxes run on other engines, got 10.0.0.1; remove it",
    ],
  );
  refuses(
    "beside another target",
    [
      engines({ north }),
      ["environment/fleets/shop", { target: "hosts", hosts: { members: { web1: north } } }],
    ],
    [
      "environment.fleets.shop.target: expected containers, since environment.engines names engines, got hosts; use two stacks",
    ],
  );
  refuses(
    "twice on one machine, and with data that only one would have",
    [engines({ north, south: north })],
    [
      "environment.engines.south.address: expected each machine once, got 10.0.0.5:22; remove the second",
      "environment.accessories.database.address: expected an address that all 2 engines reach, got nothing; run it elsewhere and add its host name",
    ],
  );
});
