import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

/** How fleets, accessories and edge keep what they print. */
function logsOf(logs?: object) {
  const configuration = validate(
    changed(...(logs ? [["environment/logs", logs] as const] : [])),
    surroundings,
  );
  const { fleets, accessories, edge } = targetOf(environmentPlan(configuration), "containers");
  const all = [
    ...fleets.map(({ limits }) => limits.logs),
    ...accessories.map((each) => each.logs),
    edge?.logs,
  ];
  return [all.length, ...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

describe("what boxes print", () => {
  it("is kept in files of bounded size, unless told otherwise", () => {
    const rotation = { "max-size": "10m", "max-file": "3" };
    deepEqual(logsOf(), [4, { driver: "json-file", options: rotation }]);
    deepEqual(logsOf({ options: { "max-file": 5, labels: "x" } }), [
      4,
      { driver: "json-file", options: { ...rotation, "max-file": "5", labels: "x" } },
    ]);
  });

  it("is kept by another driver with its own options alone, or as the engine's settings say", () => {
    deepEqual(logsOf({ driver: "local" }), [4, { driver: "local", options: {} }]);
    deepEqual(logsOf({ driver: "journald", options: { tag: "{{.Name}}" } }), [
      4,
      { driver: "journald", options: { tag: "{{.Name}}" } },
    ]);
    deepEqual(logsOf({ driver: "engine" }), [4, undefined]);
  });

  it("is kept as a fleet or an accessory says for itself", () => {
    const own = { driver: "local", options: {} };
    const configuration = validate(
      changed(
        ["environment/logs", { driver: "journald" }],
        ["environment/fleets/orders/logs", { driver: "local" }],
        ["environment/accessories/database/logs", { driver: "engine" }],
      ),
      surroundings,
    );
    const { fleets, accessories, edge } = targetOf(environmentPlan(configuration), "containers");
    const all = { driver: "journald", options: {} };
    deepEqual(Object.fromEntries(fleets.map(({ name, limits }) => [name, limits.logs])), {
      shop: all,
      orders: own,
    });
    deepEqual([accessories[0]?.logs, edge?.logs], [undefined, all]);
  });

  refuses(
    "is refused with options of a driver that nobody chose",
    [
      ["environment/logs", { driver: "engine", options: { tag: "x" } }],
      ["environment/fleets/orders/logs", { driver: "engine", options: { tag: "y" } }],
      ["environment/accessories/database/logs", { driver: "engine", options: { tag: "z" } }],
    ],
    [
      "environment.logs.options: expected none where the engine's own settings choose the driver, got tag; name the driver, or remove them",
      "environment.fleets.orders.logs.options: expected none where the engine's own settings choose the driver, got tag; name the driver, or remove them",
      "environment.accessories.database.logs.options: expected none where the engine's own settings choose the driver, got tag; name the driver, or remove them",
    ],
  );
  refuses(
    "is refused with values that cannot be",
    [["environment/logs", { driver: "JSON file", options: { "max-size": [1] } }]],
    [
      "environment.logs.driver: expected the name of a logging driver of the engine, got JSON file; correct it",
      "environment.logs.options.max-size: expected a text, number or boolean, got [1]; correct it",
    ],
  );
});
