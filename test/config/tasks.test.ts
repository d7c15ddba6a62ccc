import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const tasks = { migrate: { command: ["migrate", "--all"], irreversible: true }, warm: { command: ["warm"] } };
const declared = ["applications/orders/tasks", tasks] as const;

describe("tasks before a swap", () => {
  it("are planned with their fleet, in their order, with a time limit", () => {
    const { fleets } = planOf(declared, ["applications/orders/before", ["warm", "migrate"]]);
    deepEqual(
      fleets.map(({ tasks: own }) => own),
      [
        undefined,
        [
          {
            ...{ application: "orders", name: "warm", command: ["warm"] },
            ...{ timeoutSeconds: 600, irreversible: false },
          },
          {
            ...{ application: "orders", name: "migrate", command: ["migrate", "--all"] },
            ...{ timeoutSeconds: 600, irreversible: true },
          },
        ],
      ],
    );
  });

  it("are those of the environment where it says other ones, or none", () => {
    const before = ["applications/orders/before", ["migrate"]] as const;
    const names = (own: string[]) =>
      planOf(declared, before, ["environment/applications/orders", { before: own }]).fleets.map(
        ({ tasks: each = [] }) => each.map(({ name }) => name),
      );
    deepEqual(names(["warm"]), [[], ["warm"]]);
    deepEqual(names([]), [[], []]);
  });

  refuses(
    "are refused by names that nobody declared, and twice",
    [
      declared,
      ["applications/orders/before", ["migrat", "warm", "warm"]],
      ["applications/catalog/before", ["x"]],
    ],
    [
      "applications.catalog.before[0]: expected a known task, got x; there is none: add it, or remove this",
      "applications.orders.before[0]: expected a known task, got migrat; did you mean migrate?",
      "applications.orders.before[2]: expected each name once, got warm; remove the second",
    ],
  );
  refuses(
    "are refused in an environment by names that nobody declared",
    [declared, ["environment/applications/orders", { before: ["sweep"] }]],
    ["environment.applications.orders.before[0]: expected a known task, got sweep; use one of migrate, warm"],
  );
  refuses(
    "are refused with variables that the Docker client takes for its own",
    [
      declared,
      ["applications/orders/before", ["warm"]],
      ["environment/applications/orders", { environment: { HOME: "/srv" } }],
      ["environment/fleets/orders", { environment: { DOCKER_HOST: "x", LEVEL: 1 } }],
    ],
    [
      "environment.applications.orders.environment.HOME: expected a variable that the tasks of orders can be given (not PATH, HOME, DOCKER_*), got HOME; call it otherwise, or set it in the role's unit",
      "environment.fleets.orders.environment.DOCKER_HOST: expected a variable that the tasks of orders can be given (not PATH, HOME, DOCKER_*), got DOCKER_HOST; call it otherwise, or set it in the role's unit",
    ],
  );
  refuses(
    "are refused where boxes are no containers",
    [
      declared,
      ["applications/orders/before", ["warm", "migrate"]],
      ["environment/accessories/database", { address: "db.example.internal" }],
      [
        "environment/fleets/orders",
        {
          target: "hosts",
          hosts: { members: { o1: { address: "10.0.0.7", hostKey: `ssh-ed25519 ${"A".repeat(68)}` } } },
        },
      ],
    ],
    [
      "environment.fleets.orders.target: expected containers, where alone tasks before a swap run (warm, migrate of orders), got hosts; run them by other means, and set environment.applications.orders.before: []",
    ],
  );
  refuses(
    "are refused with values that cannot be",
    [
      [
        "applications/orders/tasks",
        { migrate: { command: [], timeoutSeconds: 0 }, warm: { command: ["a\0"] } },
      ],
    ],
    [
      "applications.orders.tasks.migrate.command: expected at least 1 of them, got []; correct it",
      "applications.orders.tasks.migrate.timeoutSeconds: expected whole seconds from 1 to 86400, got 0; correct it",
      "applications.orders.tasks.warm.command[0]: expected a text without NUL, got a\0; correct it",
    ],
  );
});

function planOf(...changes: (readonly [path: string, value: unknown])[]) {
  return targetOf(environmentPlan(validate(changed(...changes), surroundings)), "containers");
}
