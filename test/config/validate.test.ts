import { deepEqual, equal, throws } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { validate } from "../../config/read/validate.ts";
import { changed, good, surroundings } from "./fixture.ts";
import { problemLines } from "./refuses.ts";

describe("a configuration", () => {
  it("is told of every problem of shape at once", () => {
    const input = changed(
      ["applications/orders/port", 0],
      ["layers/python/rolls", []],
      ["environment/fleets/shop/memory", "lots"],
      ["accessories/database/volume", undefined],
    );
    deepEqual(problemLines(input), [
      "layers.python.rolls: expected a known key, got rolls; did you mean roles?",
      "applications.orders.port: expected a port from 1 to 65535, got 0; correct it",
      "accessories.database.volume: expected an absolute path without spaces or colons, got nothing; add it",
      "environment.fleets.shop.memory: expected a size such as 512 MiB, got lots; correct it",
    ]);
  });

  it("is told of every misfit at once", () => {
    const input = changed(
      ["layers/orders/on", "pyton"],
      ["applications/catalog/layer", "nothing-like-it"],
      ["environment/hosts", { order: ["a.example"] }],
    );
    deepEqual(problemLines(input), [
      "layers.orders.on: expected a known layer, got pyton; did you mean python?",
      "applications.catalog.layer: expected a known layer, got nothing-like-it; use one of base, python, orders, catalog, kernel, postgresql, haproxy",
      "environment.hosts.order: expected a known application, got order; did you mean orders?",
    ]);
  });

  it("is refused with a message that has one line per problem", () => {
    throws(() => validate({}, surroundings), {
      name: "ConfigurationError",
      message: [
        "The configuration has 4 problems; nothing was created or changed:",
        "layers: expected a map, got nothing; add it",
        "applications: expected a map, got nothing; add it",
        "fleets: expected a map, got nothing; add it",
        "environment: expected a map, got nothing; add it",
      ].join("\n"),
    });
  });

  it("that is no map at all is refused", () => {
    for (const [input, got] of [
      [null, "null"],
      [undefined, "nothing"],
      [5, "5"],
    ] as const)
      deepEqual(problemLines(input), [
        `configuration: expected a map, got ${got}; ${input === undefined ? "add it" : "correct it"}`,
      ]);
  });

  it("shows long values short", () => {
    const [line = ""] = problemLines(changed(["applications/orders/health", "x".repeat(200)]));
    equal(
      line,
      `applications.orders.health: expected a path that starts with /, got ${"x".repeat(57)}…; correct it`,
    );
  });

  it("gets its defaults", () => {
    const { layers, applications, environment, registry } = validate(good, surroundings);
    deepEqual(layers["base"], {
      from: { mirror: { suite: "trixie", packages: [], sources: [] } },
      roles: ["base"],
      variables: {},
      files: [],
      machineOnly: false,
    });
    deepEqual(applications["catalog"], {
      layer: "catalog",
      port: 8081,
      public: true,
      health: "/healthz",
      healthStatus: 200,
      uses: [],
      volatile: [],
      capabilities: [],
    });
    deepEqual(environment.fleets["shop"], {
      stateful: false,
      target: "containers",
      boxes: 1,
      environment: {},
      drainSeconds: 30,
      gate: { timeoutSeconds: 60, steadySeconds: 3 },
    });
    deepEqual(environment.accessories["database"], { environment: {}, protect: true, update: false });
    deepEqual(environment.edge, {
      layer: "haproxy",
      port: 8080,
      address: "127.0.0.1",
      migrateConnections: true,
      proxies: [],
    });
    deepEqual([environment.hosts, environment.generatedSecrets, registry], [{}, [], undefined]);
  });

  it("may name secrets that are set or generated", () => {
    const input = changed(
      ["environment/generatedSecrets", ["database"]],
      ["environment/fleets/orders/environment", { URL: "a ${secret:database}", TOKEN: "${secret:token}" }],
    );
    equal(Object.keys(validate(input, surroundings).environment.fleets).length, 2);
  });

  it("of the project is accepted, with the real roles and files", () => {
    const { environment, layers } = validate(projectConfiguration(), {
      roles: readdirSync(path.join(projectRoot, "playbooks/roles")),
      exists: (file) => existsSync(path.join(projectRoot, file)),
      secrets: [],
    });
    equal(layers["base"]?.on, undefined);
    equal(environment.edge?.layer, "haproxy");
  });
});

/** Pulumi.yaml with Pulumi.dev.yaml, as the engine puts them together. */
function projectConfiguration(): unknown {
  const read = (file: string) => parse(readFileSync(path.join(projectRoot, file), "utf8")) as File;
  const shared = Object.entries(read("Pulumi.yaml").config).map(([key, part]) => [key, part.value]);
  const own = Object.entries(read("Pulumi.dev.yaml").config).map(([key, part]) => [
    key.replace(/^immutable-fleets:/, ""),
    part,
  ]);
  return Object.fromEntries([...shared, ...own]);
}

interface File {
  config: Record<string, { value?: unknown }>;
}
