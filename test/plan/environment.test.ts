import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { Configuration } from "../../config/schema.ts";
import { allInContainers } from "../../plan/environment/containers.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import type { FleetPlan } from "../../plan/environment/FleetPlan.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { toldAll } from "../../plan/glue/told.ts";
import { targetOf } from "../fleets/around.ts";
import { partitions } from "../sandbox/partitions.ts";
import { environments, planned, type Placed } from "./environments.ts";

const groupings = partitions(["catalog", "orders", "site"]);
const fleetsOf = ({ targets }: Pick<EnvironmentPlan, "targets">) =>
  targets.flatMap((target): FleetPlan[] => target.fleets);
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe("the plan of an environment", () => {
  const dev = environmentPlan(readConfigurationFiles(projectRoot, "dev"));
  const property = (holds: (plan: EnvironmentPlan, configuration: Configuration, placed: Placed) => void) => {
    fc.assert(
      fc.property(fc.constantFrom(...groupings), environments, (groups, environment) => {
        const { configuration, placed } = planned(groups, environment);
        holds(environmentPlan(configuration), configuration, placed);
      }),
    );
  };

  it("is plain data: JSON keeps it as it is, and no key has nothing", () => {
    property((plan) => {
      deepEqual(JSON.parse(JSON.stringify(plan)), plan);
      deepEqual(structuredClone(plan), plan);
    });
  });

  it("has every fleet of the environment once, and on its boxes exactly its applications", () => {
    property((plan, { fleets }, { targets }) => {
      const found = fleetsOf(plan).map(({ name, target, applications }) => [
        name,
        target,
        names(applications),
      ]);
      const wanted = Object.entries(targets).map(([name, target]) => [
        name,
        target,
        fleets[name]?.applications,
      ]);
      deepEqual(found.sort(), wanted.sort());
      const all = fleetsOf(plan).flatMap(({ applications }) => names(applications));
      equal(new Set(all).size, all.length);
    });
  });

  it("runs what others are behind before them: instances, then the edge, then hosts", () => {
    const order = ["instances", "handover", "containers", "hosts", "beanstalk"];
    property(({ targets }) => {
      const ranks = targets.map(({ target }) => order.indexOf(target));
      deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
    });
  });

  it("wants the image of every box, in the form that it runs", () => {
    property(({ images, ...plan }) => {
      const chains = new Set(images.chains.map((chain) => chain.join(".")));
      for (const { name, target, chain } of fleetsOf(plan)) {
        const place = chain.join(".");
        if (target === "hosts") equal(name in images.fleets, false);
        else if (target === "instances" || target === "handover")
          deepEqual([images.fleets[name], images.machines.includes(place)], [{ machineImage: place }, true]);
        else deepEqual([images.fleets[name], chains.has(place)], [{ image: place }, true]);
      }
    });
  });

  it("tells the boxes of every fleet where all applications are, in the same words", () => {
    property((plan) => {
      const variables = fleetsOf(plan).map(({ told }) =>
        Object.keys(toldAll(told)).filter((name) => name.endsWith("_URL")),
      );
      for (const each of variables)
        deepEqual(
          each.filter((name) => name !== "DATABASE_URL"),
          ["CATALOG_URL", "ORDERS_URL", "SITE_URL"],
        );
    });
  });

  it("is the same in containers for Compose, whatever the targets, but for the machines", () => {
    property((plan, configuration, { kind }) => {
      const compose = allInContainers(configuration);
      deepEqual(names(compose.fleets), Object.keys(configuration.environment.fleets));
      if (kind === "containers") deepEqual({ ...targetOf(plan, "containers"), engines: {} }, compose);
    });
  });

  it("of the sample has its containers, accessories and edge, and nothing else", () => {
    const { edge, accessories, fleets } = targetOf(dev, "containers");
    deepEqual(
      [dev.targets.length, names(fleets), names(accessories), edge?.chain, Object.keys(dev).sort()],
      [
        ...[1, ["web", "catalog", "orders"], ["database"], ["base", "haproxy"]],
        ["generatedSecrets", "hosts", "images", "requiresSigned", "takes", "targets"],
      ],
    );
    deepEqual(fleets[2], {
      name: "orders",
      target: "containers",
      applications: [
        ...[
          {
            name: "orders",
            layer: "orders",
            port: 8082,
            health: "/healthz",
            public: false,
            uses: ["database"],
          },
        ],
      ],
      chain: ["base", "python", "orders"],
      told: {
        glue: {
          fleet: "orders",
          urls: { catalog: "http://edge:8081", orders: "http://edge:8082", site: "http://edge:8080" },
          accessories: { DATABASE_HOST: "database", DATABASE_PORT: "5432" },
        },
        configured: { DATABASE_URL: "postgresql://orders:${secret:database}@database:5432/orders" },
      },
      boxes: 2,
      drainSeconds: 30,
      gate: { timeoutSeconds: 60, steadySeconds: 3 },
      limits: {
        ...{ init: "automatic", volatile: [], capabilities: [], memory: "128 MiB", drainSeconds: 30 },
        logs: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
      },
    });
  });

  it("takes releases signed, and what is built here as it is, unless the environment says otherwise", () => {
    const requires = (more: Record<string, unknown>) => {
      const { configuration } = planned(groupings[0] ?? [], { kind: "containers", turned: 0, more });
      return environmentPlan(configuration).requiresSigned;
    };
    const given = [
      {},
      { promoteFrom: "dev" },
      { release: "dev/1" },
      { promoteFrom: "dev", requireSigned: false },
    ];
    deepEqual([...given, { requireSigned: true }].map(requires), [false, true, true, false, true]);
  });
});

describe("a configuration that was not checked", () => {
  it("is no plan: what is missing is told by its name", () => {
    const { environment, ...configuration } = readConfigurationFiles(projectRoot, "dev");
    const fleets = Object.fromEntries(
      Object.entries(environment.fleets).map(([name, each]) => [
        name,
        { ...each, target: "instances" as const },
      ]),
    );
    const unchecked = { ...configuration, environment: { ...environment, fleets } };
    throws(() => environmentPlan(unchecked), {
      message: "expected environment.aws after all checks, got none; report this",
    });
  });
});
