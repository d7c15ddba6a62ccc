import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { accessorySchema, applicationSchema, environmentSchema, fleetSchema } from "../../config/schema.ts";
import { boxEnvironment, glueOf } from "../../plan/glue/boxEnvironment.ts";
import { namesSecret, withSecrets } from "../../config/secretValues.ts";
import { edgePorts } from "../../plan/glue/edgePorts.ts";
import { placedApplications, type Topology } from "../../plan/glue/topology.ts";

const application = (layer: string, more: object) => ({
  ...applicationSchema.parse({ layer, ...more }),
  layer,
});
const applications = {
  site: application("site", { port: 8080, public: true }),
  catalog: application("catalog", { port: 8081 }),
  "order-history": application("orders", { port: 8082, uses: ["data-base"] }),
};
const layer = "postgresql";
const accessories = {
  "data-base": { ...accessorySchema.parse({ layer, port: 5432, volume: "/data", ready: ["true"] }), layer },
};
const fleets = {
  web: fleetSchema.parse({ applications: ["site"] }),
  shop: fleetSchema.parse({ applications: ["order-history", "catalog"] }),
};
const topology = (environment: unknown): Topology => ({
  applications,
  accessories,
  fleets,
  environment: environmentSchema.parse(environment),
});
const hosts = { catalog: ["catalog.example", "shop.example"], "order-history": ["orders.example"] };
const dev = topology({ fleets: { web: {}, shop: {} }, accessories: { "data-base": {} }, hosts });

const environmentOf = (each: Topology, fleet: string, known?: Record<string, string>) =>
  boxEnvironment(glueOf(each, placedApplications(each), fleet), known);

describe("the environment that boxes are given", () => {
  const urls = {
    SITE_URL: "http://edge:8080",
    CATALOG_URL: "http://edge:8081",
    ORDER_HISTORY_URL: "http://edge:8082",
  };

  it("names every application, and the accessories that the fleet uses", () => {
    deepEqual(environmentOf(dev, "shop"), {
      FLEET: "shop",
      ...urls,
      DATA_BASE_HOST: "data-base",
      DATA_BASE_PORT: "5432",
    });
  });

  it("names further ports: those of HTTP by URL, others by host and port", () => {
    const ports = {
      metrics: 9100,
      "mail-in": { port: 25, protocol: "tcp" },
      rpc: { port: 8081, protocol: "grpc" },
    };
    const more = { ...applications, catalog: application("catalog", { port: 8081, ports }) };
    const rpc = edgePorts({ applications: more }).get("catalog.rpc") ?? 0;
    deepEqual(environmentOf({ ...dev, applications: more }, "web"), {
      ...environmentOf(dev, "web"),
      CATALOG_METRICS_URL: "http://edge:9100",
      CATALOG_MAIL_IN_ADDRESS: "edge:25",
      CATALOG_RPC_ADDRESS: `edge:${rpc}`,
    });
    equal(rpc >= 20_000, true);
  });

  it("names the edge's port where an application's own one is taken", () => {
    const alike = { ...applications, catalog: application("catalog", { port: 8080 }) };
    const { CATALOG_URL, SITE_URL, WEB_ROUTES } = environmentOf({ ...dev, applications: alike }, "web");
    equal(SITE_URL, "http://edge:8080");
    const port = edgePorts({ applications: alike }).get("catalog") ?? 0;
    equal(CATALOG_URL, `http://edge:${port}`);
    equal(WEB_ROUTES?.includes(`shop.example=http://edge:${port}`), true);
    equal(port >= 20_000, true);
  });

  it("has the routes of the host names for the web tier, in order", () => {
    deepEqual(environmentOf(dev, "web"), {
      FLEET: "web",
      ...urls,
      WEB_ROUTES:
        "catalog.example=http://edge:8081 orders.example=http://edge:8082 shop.example=http://edge:8081",
    });
  });

  it("does not name what does not run in the environment", () => {
    const alone = topology({ fleets: { web: {} }, hosts });
    deepEqual(environmentOf(alone, "web"), { FLEET: "web", SITE_URL: "http://edge:8080", WEB_ROUTES: "" });
  });

  it("has the addresses that are known later in the place of the planned ones, and nothing else", () => {
    const known = {
      catalog: "https://catalog.example.net",
      database: "https://nowhere",
      edge: "https://nowhere",
    };
    deepEqual(environmentOf(dev, "shop", known), {
      ...environmentOf(dev, "shop"),
      CATALOG_URL: "https://catalog.example.net",
    });
    equal(
      environmentOf(dev, "web", known)["WEB_ROUTES"],
      "catalog.example=https://catalog.example.net orders.example=http://edge:8082 shop.example=https://catalog.example.net",
    );
  });

  it("is the same for equal groupings, whatever the sizes, limits and order are", () => {
    const placement = fc.record(
      {
        boxes: fc.integer({ min: 1, max: 1000 }),
        memory: fc.constantFrom("64 MiB", "2 GiB"),
        cpus: fc.double({ min: 0.1, max: 64, noNaN: true }),
        drainSeconds: fc.nat(3600),
        environment: fc.dictionary(fc.constantFrom("LEVEL", "COLOUR"), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(placement, placement, fc.boolean(), fc.ipV4(), (web, shop, turned, address) => {
        const placed = turned ? { shop, web } : { web, shop };
        const other = topology({
          fleets: placed,
          accessories: { "data-base": { memory: "1 GiB" } },
          hosts,
          edge: { layer: "haproxy", address },
        });
        for (const fleet of ["web", "shop"])
          equal(JSON.stringify(environmentOf(other, fleet)), JSON.stringify(environmentOf(dev, fleet)));
      }),
    );
  });

  it("of boxes that serve no public application does not depend on domain names", () => {
    const domains = fc.dictionary(
      fc.constantFrom("site", "catalog", "order-history"),
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}\.example$/), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(domains, (names) => {
        const other = topology({ fleets: { web: {}, shop: {} }, hosts: names });
        deepEqual(environmentOf(other, "shop"), environmentOf(dev, "shop"));
      }),
    );
  });
});

describe("the applications that run in an environment", () => {
  it("are those of its fleets, by name", () => {
    deepEqual(
      placedApplications(dev).map(({ name, fleet }) => `${name} on ${fleet}`),
      ["catalog on shop", "order-history on shop", "site on web"],
    );
  });
});

describe("secrets in values", () => {
  it("are filled in wherever they stand, as they are", () => {
    const secrets = { a: "$& $1 ${secret:b}", b: "two" };
    equal(withSecrets("x-${secret:a}-${secret:b}-${secret:b}", secrets), "x-$& $1 ${secret:b}-two-two");
  });

  it("are told from other text", () => {
    deepEqual(["${secret:a}", "a ${secret:b} c", "$secret:a", "${other}", ""].map(namesSecret), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
