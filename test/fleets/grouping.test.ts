import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { resolved } from "../../config/read/resolved.ts";
import { configurationSchema, type Configuration, type LayerRecipe } from "../../config/schema.ts";
import { edgePlan } from "../../fleets/edge/plan.ts";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import type { FleetPlan } from "../../plan/environment/FleetPlan.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { toldAll } from "../../plan/glue/told.ts";
import { placedApplications } from "../../plan/glue/topology.ts";
import { flowName, flows } from "../../fleets/aws/flows.ts";
import { placeLayers } from "../../plan/chain.ts";
import { inputDigest, readInputs, type LayerInputs } from "../../plan/inputs.ts";
import { targetOf } from "./around.ts";
import { partitions } from "../sandbox/partitions.ts";

const project = parse(readFileSync(path.join(projectRoot, "Pulumi.yaml"), "utf8")) as {
  config: Record<string, { value: unknown }>;
};
const sample = Object.fromEntries(Object.entries(project.config).map(([key, { value }]) => [key, value]));
const all = partitions(["catalog", "orders", "site"]);

/** The sample's topology with its applications in these groups, in an environment. */
function grouped(
  groups: readonly (readonly string[])[],
  environment: Record<string, unknown> = {},
): Configuration {
  const names = groups.map((_, index) => `fleet-${index}`);
  const written = configurationSchema.parse({
    ...sample,
    fleets: Object.fromEntries(names.map((name, index) => [name, { applications: groups[index] }])),
    environment: {
      edge: { layer: "haproxy" },
      accessories: { database: {} },
      fleets: Object.fromEntries(names.map((name) => [name, {}])),
      ...environment,
    },
  });
  return resolved(written);
}

/** What was read, by layer and recipe: reading takes longest. */
const read = new Map<string, LayerInputs>();

function layerInputs(layer: string, recipe: LayerRecipe): LayerInputs {
  const key = `${layer} ${JSON.stringify(recipe)}`;
  const inputs = read.get(key) ?? readInputs(projectRoot, layer, recipe, {});
  read.set(key, inputs);
  return inputs;
}

function fleetsOf({ targets }: EnvironmentPlan): FleetPlan[] {
  return targets.flatMap((target): FleetPlan[] => target.fleets);
}

/** The input digest of every image of an environment, as if each layer's image were called after its own. */
function digests(configuration: Configuration): Record<string, string> {
  const plan = environmentPlan(configuration);
  const chains = [...plan.images.containers, ...fleetsOf(plan).map(({ chain }) => chain)];
  const known: Record<string, string> = {};
  for (const { id, layer, parent } of placeLayers(chains)) {
    const recipe = configuration.layers[layer];
    if (recipe)
      known[id] = inputDigest(layerInputs(layer, recipe), parent === undefined ? undefined : known[parent]);
  }
  return known;
}

const placement = fc.record(
  {
    boxes: fc.integer({ min: 1, max: 1000 }),
    target: fc.constantFrom("containers", "instances"),
    memory: fc.constantFrom("64 MiB", "2 GiB"),
    drainSeconds: fc.nat(3600),
    environment: fc.dictionary(fc.constantFrom("LEVEL", "COLOUR"), fc.string()),
  },
  { requiredKeys: [] },
);
const domains = fc.dictionary(
  fc.constantFrom("site", "catalog", "orders"),
  fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}\.example$/), { maxLength: 3 }),
);
const environments = fc.record({
  placements: fc.array(placement, { minLength: 3, maxLength: 3 }),
  hosts: domains,
  generatedSecrets: fc.constantFrom([], ["database"]),
  turned: fc.boolean(),
});

describe("applications grouped in all ways", () => {
  it("are five ways for the sample's three", () => {
    equal(all.length, 5);
    deepEqual(
      new Set(all.map((groups) => JSON.stringify(groups.map((members) => members.toSorted()).toSorted())))
        .size,
      5,
    );
  });

  it("have the same digests in every environment with the same grouping, whatever its sizes and domains", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), environments, environments, (groups, one, other) => {
        const [first, second] = [one, other].map(({ placements, turned, ...rest }) => {
          const members = turned ? groups.map((group) => group.toReversed()) : groups;
          const fleets = members.map(
            (_, index) => [`fleet-${index}`, { ...placements[index], target: "containers" }] as const,
          );
          return digests(
            grouped(members, { ...rest, fleets: Object.fromEntries(turned ? fleets.toReversed() : fleets) }),
          );
        });
        deepEqual(first, second);
      }),
    );
  });

  it("have the same digests as machine images, whatever the sizes and domains", () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), environments, (groups, { placements, hosts }) => {
        const fleets = (sized: boolean) =>
          Object.fromEntries(
            groups.map((_, index) => [
              `fleet-${index}`,
              { ...(sized && placements[index]), target: "instances" },
            ]),
          );
        const aws = { region: "eu-central-1" };
        const chains = (isSized: boolean) => {
          const environment = { edge: undefined, aws, fleets: fleets(isSized), ...(isSized && { hosts }) };
          return fleetsOf(environmentPlan(grouped(groups, environment))).map(({ name, chain }) => [
            name,
            chain,
          ]);
        };
        deepEqual(chains(true), chains(false));
      }),
    );
  });

  it("have other digests where the content differs", () => {
    const apart = grouped(all[0] ?? []);
    const { catalog } = apart.layers;
    if (!catalog) throw new Error("expected a layer of the catalog in Pulumi.yaml, got none");
    const other = {
      ...apart,
      layers: { ...apart.layers, catalog: { ...catalog, variables: { catalog_port: 9 } } },
    };
    const [before, after] = [digests(apart), digests(other)];
    deepEqual(
      Object.keys(before).filter((id) => before[id] !== after[id]),
      ["base.python.catalog"],
    );
  });

  for (const groups of all) {
    const configuration = grouped(groups, {
      hosts: { catalog: ["catalog.example"], orders: ["orders.example"] },
    });
    const names = groups.map((members) => members.join(" with ")).join(", ");
    it(`are reached in the same way: ${names}`, () => {
      const apart = grouped(all[0] ?? [], { hosts: configuration.environment.hosts });
      const edge = (each: Configuration) => {
        const plan = targetOf(environmentPlan(each), "containers").edge;
        return plan && edgeConfiguration(edgePlan(plan));
      };
      equal(typeof edge(apart), "string");
      equal(edge(configuration), edge(apart));
      const glue = (each: Configuration, application: string): Record<string, unknown> => {
        const fleet = fleetsOf(environmentPlan(each)).find(({ applications }) =>
          applications.some(({ name }) => name === application),
        );
        return { ...(fleet && toldAll(fleet.told)), FLEET: "" };
      };
      for (const application of ["catalog", "orders", "site"])
        for (const [name, value] of Object.entries(glue(apart, application)))
          equal(glue(configuration, application)[name], value, `${application} ${name}`);
    });

    it(`are let through to, and nothing else is: ${names}`, () => {
      const applications = placedApplications(configuration);
      const accessoryPorts = Object.fromEntries(
        groups.map((members, index) => [`fleet-${index}`, members.includes("orders") ? [5432] : []]),
      );
      const aws = { certificate: undefined, clients: ["10.0.0.0/8"] };
      const open = flows({ aws, applications, accessoryPorts })
        .filter(({ to }) => typeof to === "string" && to.startsWith("fleet-"))
        .map(flowName);
      const wanted = applications.flatMap(({ fleet, port, public: isPublic }) => [
        `internal-fleet-${fleet}-${port}`,
        ...(isPublic ? [`public-fleet-${fleet}-${port}`] : []),
      ]);
      deepEqual(open.sort(), wanted.sort());
    });
  }
});
