import { validate } from "../../config/read/validate.ts";
import { changed, hostKey, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const layers = "base, python, orders, catalog, kernel, postgresql, haproxy";

describe("a configuration whose parts do not fit is refused", () => {
  refuses(
    "a misspelt layer below",
    [["layers/python/on", "bse"]],
    ["layers.python.on: expected a known layer, got bse; did you mean base?"],
  );
  refuses(
    "a layer with the name of something that every object has",
    [["layers/python/on", "constructor"]],
    [`layers.python.on: expected a known layer, got constructor; use one of ${layers}`],
  );
  refuses(
    "a layer on nothing",
    [["layers/python/on", undefined]],
    [
      "layers.python: expected either on or from, got neither; name the layer below, or what a base is made of",
    ],
  );
  refuses(
    "a layer both on another and from a mirror",
    [["layers/python/from", { mirror: {} }]],
    ["layers.python: expected either on or from, got both; name the layer below, or what a base is made of"],
  );
  refuses(
    "a base from nothing",
    [["layers/base/from", {}]],
    ["layers.base.from: expected one of mirror, dnf, image and archive, got nothing; add one"],
  );
  refuses(
    "a base from two sources",
    [["layers/base/from", { mirror: {}, archive: "apps/fleetbox" }]],
    ["layers.base.from: expected one of mirror, dnf, image and archive, got mirror and archive; keep one"],
  );
  refuses(
    "an archive that is not there",
    [["layers/base/from", { archive: "root.tar" }]],
    [
      "layers.base.from.archive: expected a file or folder of the project, got root.tar; create it or correct the path",
    ],
  );
  refuses(
    "a file that is not there",
    [["layers/python/files", ["apps/fleetbox", "apps/nothing"]]],
    [
      "layers.python.files[1]: expected a file or folder of the project, got apps/nothing; create it or correct the path",
    ],
  );
  refuses(
    "an unknown role",
    [["layers/python/roles", ["pyton"]]],
    ["layers.python.roles[0]: expected a known role, got pyton; did you mean python?"],
  );
  refuses(
    "a role twice",
    [["layers/python/roles", ["python", "base", "python"]]],
    ["layers.python.roles[2]: expected each name once, got python; remove the second"],
  );
  refuses(
    "a cycle, once",
    [
      ["layers/base/from", undefined],
      ["layers/base/on", "python"],
    ],
    [
      "layers.base.on: expected layers that end in a base, got base on python on base; put one of them on another layer",
    ],
  );
  refuses(
    "a layer on itself",
    [["layers/python/on", "python"]],
    [
      "layers.python.on: expected layers that end in a base, got python on python; put one of them on another layer",
    ],
  );
  refuses(
    "an application of no layer",
    [["applications/orders/layer", "order"]],
    ["applications.orders.layer: expected a known layer, got order; did you mean orders?"],
  );
  refuses(
    "an application that only machines can run",
    [["applications/orders/layer", "kernel"]],
    [
      "applications.orders.layer: expected layers for boxes of every kind, got kernel, which is machineOnly; name another layer; those for machines only are added where they are needed",
    ],
  );
  refuses(
    "an application on a layer that only machines can run",
    [["layers/catalog/on", "kernel"]],
    [
      "applications.catalog.layer: expected layers for boxes of every kind, got catalog on the machineOnly kernel; name another layer; those for machines only are added where they are needed",
    ],
  );
  const onePort = ["applications/orders/port", 8081] as const;
  refuses(
    "two applications of one box on one port",
    [
      onePort,
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
    ],
    [
      "applications.orders.port: expected a port of its own, got 8081, the port of applications.catalog; choose another",
    ],
  );
  refuses(
    "two applications on one port, of which one runs on a machine",
    [
      onePort,
      ["environment/edge/internalAddress", "10.0.0.1"],
      [
        "environment/fleets/shop",
        { target: "hosts", hosts: { members: { web1: { address: "10.0.0.5", hostKey } } } },
      ],
    ],
    [
      "applications.orders.port: expected a port of its own where not all boxes are containers, got 8081, the port of applications.catalog; choose another",
    ],
  );
  it("is taken with the ports of other boxes, and of the edge itself", () => {
    for (const port of [8081, 5432, 80, 443, 9901, 9902])
      validate(changed(["applications/orders/port", port]), surroundings);
  });
  refuses(
    "two ports of the edge at one",
    [
      ["environment/edge/tls", { certificates: ["${secret:token}"], port: 8080 }],
      ["environment/edge/metrics", { port: 8080 }],
    ],
    [
      "environment.edge.tls.port: expected a published port of its own, got 8080, that of environment.edge.port; choose another",
      "environment.edge.metrics.port: expected a published port of its own, got 8080, that of environment.edge.port; choose another",
    ],
  );
  for (const name of ["balancer", "host"])
    refuses(
      `an application called as the edge calls servers: ${name}`,
      [
        [`applications/${name}`, { layer: "catalog", port: 8085 }],
        ["fleets/shop/applications", ["catalog", name]],
      ],
      [
        `applications.${name}: expected another name than those of the edge's servers (balancer, host), got ${name}; rename it`,
      ],
    );
  refuses(
    "an accessory that nobody made",
    [["applications/orders/uses", ["databse"]]],
    ["applications.orders.uses[0]: expected a known accessory, got databse; did you mean database?"],
  );
  refuses(
    "an accessory used twice",
    [["applications/orders/uses", ["database", "database"]]],
    ["applications.orders.uses[1]: expected each name once, got database; remove the second"],
  );
  refuses(
    "an accessory with an application's name",
    [["applications/database", { layer: "catalog", port: 8090 }]],
    ["accessories.database: expected a name of its own, got the name of an application; rename one of them"],
  );
  refuses(
    "an accessory with a fleet's name",
    [
      ["fleets/database", { applications: ["orders"] }],
      ["fleets/orders", undefined],
      ["environment/fleets/orders", undefined],
    ],
    ["accessories.database: expected a name of its own, got the name of a fleet; rename one of them"],
  );
  refuses(
    "a fleet with the edge's name",
    [
      ["fleets/edge", { applications: ["orders"] }],
      ["fleets/orders", undefined],
      ["environment/fleets/orders", undefined],
    ],
    ["fleets.edge: expected another name than the edge's own, got edge; rename it"],
  );
  refuses(
    "an unknown application in a fleet",
    [["fleets/shop/applications", ["katalog"]]],
    ["fleets.shop.applications[0]: expected a known application, got katalog; did you mean catalog?"],
  );
  refuses(
    "an application twice in a fleet",
    [["fleets/shop/applications", ["catalog", "catalog"]]],
    ["fleets.shop.applications[1]: expected each name once, got catalog; remove the second"],
  );
  refuses(
    "an application in two fleets",
    [["fleets/shop/applications", ["catalog", "orders"]]],
    [
      "fleets.orders.applications[0]: expected an application in one fleet, got orders, which is in shop; remove it from one of them",
    ],
  );
  refuses(
    "applications of different bases on one box",
    [
      ["layers/other", { from: { mirror: { suite: "trixie" } } }],
      ["applications/news", { layer: "other", port: 9000 }],
      ["fleets/shop/applications", ["catalog", "news"]],
    ],
    [
      "fleets.shop.applications: expected applications on one base, got base and other; give them fleets of their own, or put their layers on one base",
    ],
  );
});
