import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, hostKey, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const machine = { address: "10.0.0.5", hostKey };
const given = [
  ["environment/swarm", {}],
  ["registry", { prefix: "registry.example/team" }],
  ["environment/accessories/database/address", "database.example"],
] as const;

describe("a Swarm", () => {
  it("is taken with its defaults, and where fleets have boxes in it", () => {
    const fleet = {
      swarm: { spread: ["node.labels.rack"], constraints: ["node.role != manager"], cpus: 0.5 },
    };
    const swarm = { manager: machine, edges: { east: machine }, spread: ["node.labels.zone"] };
    const configuration = validate(
      changed(...given, ["environment/swarm", swarm], ["environment/fleets/shop", fleet]),
      surroundings,
    );
    const known = { ...machine, port: 22 };
    deepEqual(configuration.environment.swarm, {
      ...{ manager: known, edges: { east: known }, constraints: [], spread: ["node.labels.zone"] },
    });
    deepEqual(configuration.environment.fleets["shop"]?.swarm, fleet.swarm);
  });
});

describe("a Swarm is refused", () => {
  refuses(
    "without a registry that has its images, and beside accessories that have no place there",
    [["environment/swarm", {}]],
    [
      "registry.prefix: expected a registry, since environment.swarm has machines that take their images from there, got nothing; add registry: { prefix: … }, which all of them reach",
      "environment.accessories.database.address: expected an address that all machines of environment.swarm reach, got nothing; run it elsewhere (a stack of its own with environment.engines) and add its host name",
    ],
  );
  refuses(
    "with a registry that gets nothing",
    [...given, ["registry", { prefix: "registry.example/team", push: false }]],
    [
      "registry.push: expected true, since environment.swarm has machines that take their images from there, got false; remove it, or take a release",
    ],
  );
  refuses(
    "beside engines, an internal address, and an authority",
    [...given, ["environment/engines", { north: machine }], ["environment/edge/internalAddress", "10.0.0.1"]],
    [
      "environment.edge.internalAddress: expected none where boxes run on other engines, got 10.0.0.1; remove it",
      "environment.engines: expected none beside environment.swarm, got some; use two stacks",
      "environment.edge.internalAddress: expected none on a Swarm, got 10.0.0.1; remove it",
    ],
  );
  refuses(
    "with other ways of a swap, and what its boxes cannot have",
    [
      ...given,
      ["environment/fleets/shop", { swap: { maxSurge: 1 } }],
      ["fleets/shop/init", "systemd"],
      ["applications/catalog/ulimits", { nofile: 1024 }],
      ["applications/catalog/shmSize", "128 MiB"],
      ["applications/catalog/volatile", ["/var/cache/catalog:exec"]],
    ],
    [
      "environment.fleets.shop.swap: expected none on a Swarm, where all new boxes are made beside all old ones, got some; remove it",
      "fleets.shop.init: expected foreground on a Swarm, whose boxes have no systemd, got systemd; remove it",
      "applications.catalog.ulimits: expected none where it runs on a Swarm, got some; set them by the engines of the machines",
      "applications.catalog.shmSize: expected none where it runs on a Swarm, got some; run it on one engine",
      "applications.catalog.volatile with :exec: expected none where it runs on a Swarm, got some; run programs from its image",
    ],
  );
  refuses(
    "with several applications in a box, and with tasks before a swap",
    [
      ...given,
      ["fleets/shop/applications", ["catalog", "orders"]],
      ["fleets/orders", undefined],
      ["environment/fleets/orders", undefined],
      ["applications/catalog/tasks", { migrate: { command: ["/bin/true"] } }],
      ["applications/catalog/before", ["migrate"]],
    ],
    [
      "fleets.shop.applications: expected one on a Swarm, whose boxes have no systemd that runs several, got catalog, orders; give each a fleet of its own",
      "applications.catalog.before: expected none where it runs on a Swarm, got some; set environment.applications.catalog.before: [], and run its tasks by a stack on one engine",
    ],
  );
  refuses(
    "where a fleet has words for it without one",
    [["environment/fleets/shop", { swarm: {} }]],
    ["environment.fleets.shop.swarm: expected none without environment.swarm, got some; remove it"],
  );
  refuses(
    "with a constraint or label that is none",
    [["environment/swarm", { constraints: ["zone = north"], spread: ["zone"] }]],
    [
      "environment.swarm.constraints[0]: expected a constraint of the Swarm such as node.labels.zone == north, got zone = north; correct it",
      "environment.swarm.spread[0]: expected a label of machines such as node.labels.zone, got zone; correct it",
    ],
  );
});
