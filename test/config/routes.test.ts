import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { placedApplications } from "../../plan/glue/topology.ts";
import { changed, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

type Changes = readonly (readonly [path: string, value: unknown])[];

const api = (own: object, more: Changes = []) =>
  inFleet("api", { layer: "catalog", port: 8090, public: true, ...own }, more);
const hosts = (value: object): Changes => [["environment/hosts", value]];
const form = "a path such as /api, of letters, digits and -._~, without a slash at its end";
const wildcard = "a host name whose first label alone may be *, such as *.example.com";
const balancer = "since requests come by a load balancer of AWS, and not by an edge";

describe("host names and paths of public applications", () => {
  it("may be shared, where not both are; what is not said is not in the plan", () => {
    const own = { pathPrefixes: ["/api", "/v1.0/x_y~z"], stripPathPrefix: true };
    const names = { catalog: ["shop.example", "*.shop.example"], api: ["shop.example", "*.shop.example"] };
    const placed = placedApplications(validate(changed(...api(own, hosts(names))), surroundings));
    deepEqual(
      placed.map(({ name, hosts: found, pathPrefixes, ...each }) => [
        ...[name, found, pathPrefixes],
        "stripPathPrefix" in each,
      ]),
      [
        ["api", names.api, own.pathPrefixes, true],
        ["catalog", names.catalog, undefined, false],
        ["orders", [], undefined, false],
      ],
    );
  });

  it("may be paths alone, of whatever name is asked for", () => {
    deepEqual(
      validate(changed(...api({ pathPrefixes: ["/api"] })), surroundings).applications["api"]?.pathPrefixes,
      ["/api"],
    );
  });

  for (const path of ["api", "/", "/api/", "/api/*", "/a//b", "/a/../b", "/a/.", "/%61", "/a?b", "/a b"])
    refuses(`${path} as a path`, api({ pathPrefixes: ["/ok", path] }), [
      `applications.api.pathPrefixes[1]: expected ${form}, got ${path}; correct it`,
    ]);
  for (const host of [
    "a.*.example",
    "*",
    "*.",
    "*a.example",
    "**.example",
    "*.10.0.0.1",
    "*.Example",
    "*.a..b",
  ])
    refuses(`${host} as a host name`, hosts({ catalog: [host] }), [
      `environment.hosts.catalog[0]: expected ${wildcard}, got ${host}; correct it`,
    ]);

  refuses(
    "several things at once, in the form of what they are",
    api({ pathPrefixes: [], stripPathPrefix: "yes" }, hosts({ catalog: ["a.*", "B"], orders: 5 })),
    [
      "applications.api.pathPrefixes: expected at least one path, got []; correct it",
      "applications.api.stripPathPrefix: expected true or false, got yes; write true",
      `environment.hosts.catalog[0]: expected ${wildcard}, got a.*; correct it`,
      "environment.hosts.catalog[1]: expected a host name in lower case, got B; correct it",
      "environment.hosts.orders: expected a list, got 5; correct it",
    ],
  );
  refuses(
    "the same path of the same host name, whole or a wildcard, and of all names",
    [
      ...api({ pathPrefixes: ["/a", "/b"] }),
      ...inFleet("more", { layer: "catalog", port: 8091, public: true, pathPrefixes: ["/b", "/c"] }),
      ...inFleet("one", { layer: "catalog", port: 8092, public: true, pathPrefixes: ["/x", "/y"] }),
      ...inFleet("two", { layer: "catalog", port: 8093, public: true, pathPrefixes: ["/y", "/x/y", "/y"] }),
      ...hosts({
        api: ["a.example", "*.example", "c.example"],
        more: ["b.example", "*.example", "a.example"],
      }),
    ],
    [
      "environment.hosts.more[1]: expected a host name and path of its own, got *.example/b, that of api; give one of them another (environment.hosts, pathPrefixes)",
      "environment.hosts.more[2]: expected a host name and path of its own, got a.example/b, that of api; give one of them another (environment.hosts, pathPrefixes)",
      "applications.two.pathPrefixes[0]: expected a host name and path of its own, got /y, that of one; give one of them another (environment.hosts, pathPrefixes)",
      "applications.two.pathPrefixes[2]: expected each name once, got /y; remove the second",
    ],
  );
  refuses(
    "a wildcard of two applications",
    hosts({ catalog: ["*.example", "a.example"], orders: ["a.example"] }),
    ["environment.hosts.orders[0]: expected each name once, got a.example; remove the second"],
  );
  refuses(
    "a path that no request would come by, since all other applications have host names",
    api({ pathPrefixes: ["/api"] }, hosts({ catalog: ["shop.example"] })),
    [
      "environment.hosts.api: expected host names of api, since those of catalog decide before a path, got nothing; add them",
    ],
  );
  refuses(
    "paths and wildcards of what is not public, or takes no requests",
    [
      ["applications/orders/pathPrefixes", ["/orders", "/o"]],
      ...inFleet("mailer", { layer: "catalog", pathPrefixes: ["/mail"], stripPathPrefix: true }),
      ...hosts({ orders: ["orders.example", "*.orders.example"] }),
    ],
    [
      'applications.mailer.pathPrefixes: expected nothing of requests for an application without a port, got ["/mail"]; add its port, or remove it',
      "applications.mailer.stripPathPrefix: expected nothing of requests for an application without a port, got true; add its port, or remove it",
      "applications.orders.pathPrefixes: expected none, since the application is not public, got /orders, /o; add public: true, or remove it",
      "environment.hosts.orders[1]: expected one host name, since the web tier leads to orders, which is not public, got *.orders.example; name each, or make it public",
    ],
  );
  refuses(
    "a cookie where the edge does not choose the box, and of what takes no requests",
    [
      ["applications/catalog/sticky", true],
      ["applications/orders/sticky", true],
      ...inFleet("mailer", { layer: "catalog", sticky: true }),
      ["environment/fleets/orders", { target: "instances", instances: { type: "t3.small" } }],
      [
        "environment/aws",
        { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"], edgeRange: "10.0.0.1/32" },
      ],
      ["environment/edge/internalAddress", "10.0.0.1"],
      ["environment/promoteFrom", "dev"],
      ["environment/accessories/database", { address: "database.example" }],
    ],
    [
      "applications.mailer.sticky: expected nothing of requests for an application without a port, got true; add its port, or remove it",
      "applications.orders.sticky: expected none, since orders is behind a load balancer of AWS, got true; remove it, or run the fleet in containers or on hosts",
    ],
  );
  refuses(
    "a prefix that is to be taken off, and is not there",
    [["applications/catalog/stripPathPrefix", true]],
    [
      "applications.catalog.pathPrefixes: expected the paths that stripPathPrefix takes off, got nothing; add them, or remove stripPathPrefix",
    ],
  );
  refuses(
    "what a load balancer of AWS is not told",
    [
      ...api({ pathPrefixes: ["/api"] }, hosts({ catalog: ["*.shop.example"], api: ["shop.example"] })),
      ["environment/edge", undefined],
      [
        "environment/aws",
        { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"], plainHttp: true },
      ],
      ["environment/promoteFrom", "dev"],
      ["environment/accessories/database", { address: "database.example" }],
      ...["shop", "orders", "api"].map(
        (fleet) =>
          [`environment/fleets/${fleet}`, { target: "instances", instances: { type: "t3.small" } }] as const,
      ),
    ],
    [
      `applications.api.pathPrefixes[0]: expected none, ${balancer}, got /api; use a host name, or add environment.edge`,
      `environment.hosts.catalog[0]: expected one host name, ${balancer}, got *.shop.example; name each, or add environment.edge`,
    ],
  );
});
