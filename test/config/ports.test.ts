import { deepEqual, doesNotMatch } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { changed, hostKey, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const ports = { metrics: 9100, smtp: { port: 2525, protocol: "tcp" } };
const shop = inFleet("shop", { layer: "catalog", port: 3000, ports });

describe("Several ports of an application", () => {
  it("are reached by the edge, and published where that is said", () => {
    const written = changed(
      ["applications/catalog/ports", ports],
      ["environment/applications/catalog", { published: { smtp: 25 } }],
    );
    const { targets } = environmentPlan(validate(written, surroundings));
    const [edge] = targets.flatMap((each) => (each.target === "containers" ? [each.edge] : []));
    deepEqual(edge?.applications[0]?.ports, [
      { name: "metrics", port: 9100, protocol: "http" },
      { name: "smtp", port: 2525, protocol: "tcp", published: 25 },
    ]);
    deepEqual(edge.ports, [8081, 8082, 9100, 2525]);
    deepEqual(edge.published, [{ internal: 2525, external: 25 }]);
  });

  it("say nothing of those that have none", () => {
    const { targets } = environmentPlan(validate(changed(), surroundings));
    const [here] = targets.flatMap((each) => (each.target === "containers" ? [each] : []));
    const { ports: own, ...edge } = here?.edge ?? {};
    deepEqual(own, [8081, 8082]);
    doesNotMatch(JSON.stringify([edge, here?.fleets]), /"(ports|published)"/);
  });

  it("may be those of another box, or the edge's: it takes another for them", () => {
    const written = changed(["applications/catalog/ports", { metrics: 8082, plain: 80 }]);
    const { targets } = environmentPlan(validate(written, surroundings));
    const [edge] = targets.flatMap((each) => (each.target === "containers" ? [each.edge] : []));
    const found = (edge?.applications[0]?.ports ?? []).map(({ edgePort = 0 }) => edgePort);
    deepEqual([found.length, found.every((port) => port >= 20_000 && port < 30_000)], [2, true]);
  });

  refuses(
    "what is no port, and another protocol",
    [["applications/catalog/ports", { metrics: 0, chat: { port: 5222, protocol: "udp" }, Upper: 1 }]],
    [
      "applications.catalog.ports.metrics: expected a port from 1 to 65535, got 0; correct it",
      'applications.catalog.ports.chat: expected a port from 1 to 65535, or with http, grpc or tcp: { port: 2525, protocol: tcp }, got {"port":5222,"protocol":"udp"}; correct it',
      "applications.catalog.ports.Upper: expected a name of lower-case letters, digits and dashes, at most 31 characters, got Upper; rename it",
    ],
  );

  refuses(
    "a list, as Compose has it",
    [["applications/catalog/ports", ["8080:3000"]]],
    [
      'applications.catalog.ports: expected ports beside its own (port), by name: { metrics: 9100 }, got ["8080:3000"]; correct it',
    ],
  );

  refuses(
    "those of a worker without one",
    inFleet("mailer", { layer: "catalog", ports: { smtp: { port: 2525, protocol: "tcp" } } }),
    [
      'applications.mailer.ports: expected nothing of requests for an application without a port, got {"smtp":{"port":2525,"protocol":"tcp"}}; add its port, or remove it',
    ],
  );

  refuses(
    "the same port twice in a box, of one application or two",
    [
      ["applications/catalog/ports", { metrics: 8081, other: 9100, another: { port: 9100 } }],
      ["applications/orders/ports", { admin: 9100 }],
      ["fleets/shop", { applications: ["catalog", "orders"] }],
      ["fleets/orders", undefined],
      ["environment/fleets/orders", undefined],
    ],
    [
      "applications.catalog.ports.metrics: expected a port of its own, got 8081, the port of applications.catalog; choose another",
      "applications.catalog.ports.another: expected a port of its own, got 9100, the port of applications.catalog.ports.other; choose another",
      "applications.orders.ports.admin: expected a port of its own, got 9100, the port of applications.catalog.ports.other; choose another",
    ],
  );

  refuses(
    "a name whose variables are those of something else",
    [
      ...shop,
      ["applications/shop/ports", { smtp: 25, "a-b": 1 }],
      ...inFleet("shop-smtp", { layer: "orders", port: 3001 }),
      ...inFleet("shop-a", { layer: "orders", port: 3002, ports: { b: 2 } }),
    ],
    [
      "applications.shop.ports.smtp: expected a name of which boxes can be told, got SHOP_SMTP_…, the variables of applications.shop-smtp; rename it",
      "applications.shop-a.ports.b: expected a name of which boxes can be told, got SHOP_A_B_…, the variables of applications.shop.ports.a-b; rename it",
    ],
  );

  refuses(
    "what is published and is not there, or is published twice",
    [
      ["applications/catalog/ports", ports],
      ["environment/edge/metrics", {}],
      ["environment/applications/catalog", { published: { metrics: 9101, smtp: 8080, smpt: 25 } }],
      ["environment/applications/orders", { published: { main: 80 } }],
    ],
    [
      "environment.applications.catalog.published.smpt: expected a known port of catalog, got smpt; use one of metrics, smtp",
      "environment.applications.orders.published.main: expected a known port of orders, got main; there is none: add it, or remove this",
      "environment.applications.catalog.published.metrics: expected a published port of its own, got 9101, that of environment.edge.metrics.port; choose another",
      "environment.applications.catalog.published.smtp: expected a published port of its own, got 8080, that of environment.edge.port; choose another",
    ],
  );

  refuses(
    "what is published without an edge",
    [
      ["applications/catalog/ports", ports],
      ["environment/edge", undefined],
      ["environment/applications/catalog", { published: { smtp: 25 } }],
    ],
    [
      "environment.applications.catalog.published.smtp: expected an edge, which publishes it, got 25; add environment.edge, or remove it",
    ],
  );

  refuses(
    "what is published where hosts reach another at that port",
    [
      ["applications/catalog/ports", ports],
      ["environment/edge", { layer: "haproxy", address: "0.0.0.0", internalAddress: "10.0.0.5" }],
      ["environment/applications/catalog", { published: { smtp: 8082 } }],
    ],
    [
      "environment.applications.catalog.published.smtp: expected another port than those at environment.edge.internalAddress, got 8082, the port of applications.orders; choose another",
    ],
  );

  refuses(
    "boxes that are no containers",
    [
      ...shop,
      [
        "environment/fleets/shop",
        { target: "hosts", hosts: { members: { a: { address: "10.0.0.5", hostKey } } } },
      ],
    ],
    [
      "environment.fleets.shop.target: expected containers, since shop has several ports, got hosts; choose another, or make a layer with a service that listens on a port",
    ],
  );
});
