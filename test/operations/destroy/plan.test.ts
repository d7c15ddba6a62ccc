import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { destroyPlan } from "../../../operations/destroy/plan.ts";
import { destroyText } from "../../../operations/destroy/text.ts";
import { protectionCommand } from "../../../operations/state/protection.ts";
import { heldData, type ExportedState } from "../../../plan/data/heldData.ts";
import { configured, stateAfter } from "../../plan/data/fixture.ts";

const urn = (types: string, name: string) => `urn:pulumi:dev::immutable-fleets::${types}::${name}`;
const container = "docker:index/container:Container";
const resource = (type: string, name: string, more: object = {}) => ({ urn: urn(type, name), type, ...more });

const { environment } = configured({
  accessories: { database: {}, cache: {} },
  environment: { accessories: { database: {}, cache: { protect: false } } },
});
const volumes = stateAfter(
  configured({ environment: { accessories: { database: {}, cache: { protect: false } } } }),
);

/** A state with these volumes and what else a stack has. */
function state(more: object[] = []): ExportedState {
  const own = [
    resource("pulumi:pulumi:Stack", "dev"),
    resource("pulumi:providers:docker", "default_5_2_0"),
    resource("fleet:index:Edge", "edge"),
    resource("command:local:Command", "catalog-gate"),
    ...Array.from({ length: 10 }, (_, index) => resource(container, `catalog-${index}`)),
    resource("docker:index/network:Network", "boxes"),
    resource("aws:ec2/instance:Instance", "orders-1"),
  ];
  const resources = [...own, ...more, ...(volumes.deployment?.resources ?? [])];
  return { deployment: { resources: resources as never } };
}

describe("what destroying a stack removes", () => {
  it("is told by kinds, data apart, and what stays", () => {
    equal(
      destroyText("dev", destroyPlan(state(), environment), false),
      `Destroying dev removes
  10  container     catalog-0, catalog-1, catalog-2, catalog-3, catalog-4, catalog-5, catalog-6, catalog-7, …
  1   network       boxes
  1   ec2/instance  orders-1
and, for ever, the data in
  cache-data-1a2b3c4 (cache-data)
It leaves the data in
  database-data-1a2b3c4 (database-data)
(--with-data removes that too)
`,
    );
  });

  it("is all data where that is meant, or nothing", () => {
    const text = destroyText("dev", destroyPlan(state(), environment), true);
    equal(
      text.slice(text.indexOf("and")),
      "and, for ever, the data in\n  cache-data-1a2b3c4 (cache-data)\n  database-data-1a2b3c4 (database-data)\n",
    );
    equal(
      destroyText("dev", destroyPlan({}, undefined), true),
      "Destroying dev removes\n  nothing that runs\n",
    );
  });

  it("is nothing that is protected, data or not, until it is unprotected by name", () => {
    const locked = resource(container, "door", { protect: true });
    const plan = destroyPlan(state([locked]), environment);
    equal(
      plan.going.some(({ names }) => names.includes("door")),
      false,
    );
    deepEqual(plan.protectedUrns, [
      locked.urn,
      urn("fleet:index:Accessory$docker:index/volume:Volume", "database-data"),
    ]);
    deepEqual(protectionCommand("unprotect", "dev", ["urn:1", "urn:2"]), [
      ...["state", "unprotect", "urn:1", "urn:2", "--yes", "--stack", "dev"],
    ]);
  });

  it("is never data that the configuration does not give up, whatever a killed destroy left in the state", () => {
    const names = ["database", "cache", "gone"];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.boolean()),
        fc.dictionary(fc.constantFrom(...names), fc.boolean()),
        (inState, inConfiguration) => {
          const accessories = (protect: Record<string, boolean>) =>
            Object.fromEntries(Object.entries(protect).map(([name, own]) => [name, { protect: own }]));
          const held = stateAfter(configured({ environment: { accessories: accessories(inState) } }));
          const wanted = configured({ environment: { accessories: accessories(inConfiguration) } });
          const plan = destroyPlan(held, wanted.environment);
          const nameOf = (each: string) => each.replace(/^.*::(.*)-data$/, "$1");
          const unprotected = Object.keys(inState).filter((name) => inState[name] === false);
          const givenUp = unprotected.filter((name) => inConfiguration[name] === false);
          deepEqual(plan.unprotected.map((each) => nameOf(each.urn)).sort(), givenUp.sort());
          deepEqual(
            plan.protectAgain.map(nameOf).sort(),
            unprotected.filter((name) => !givenUp.includes(name)).sort(),
          );
          equal(plan.kept.length + plan.unprotected.length, heldData(held).length);
          deepEqual(plan.protectedUrns.map(nameOf).sort(), plan.kept.map((each) => nameOf(each.urn)).sort());
          deepEqual(destroyPlan(held, undefined).unprotected, []);
        },
      ),
    );
  });

  it("leaves a stateful fleet's volumes by the same rule", () => {
    const fleet = (protect: boolean) =>
      configured({
        environment: {
          aws: { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"] },
          fleets: {
            search: {
              ...{ target: "instances", stateful: true, boxes: 2 },
              instances: { data: { path: "/data", protect } },
            },
          },
        },
      });
    const left = stateAfter(fleet(false));
    equal(destroyPlan(left, fleet(true).environment).protectAgain.length, 2);
    equal(destroyPlan(left, fleet(false).environment).unprotected.length, 2);
  });
});
