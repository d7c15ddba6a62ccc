import { deepEqual, throws } from "node:assert/strict";
import { boxesAnew } from "../../../operations/swap/restart.ts";
import type { StateResource } from "../../../operations/state/resource.ts";
import { chooseTask } from "../../../operations/throwAway/chooseTask.ts";
import { boxesOfApplication, boxesOfFleet } from "../../../operations/throwAway/serving.ts";

const prefix = "urn:pulumi:dev::p::fleet:index:ContainerFleet$";
const resource = (type: string, name: string, inputs = {}): StateResource => ({
  ...{ urn: `${prefix}${type}::${name}`, type, name, id: `${name}-id`, inputs, outputs: {}, provider: "" },
  pendingDelete: false,
});
const box = (fleet: string, name: string, ...applications: string[]) =>
  resource("docker:index/container:Container", name, {
    labels: [{ label: "immutable-fleets.fleet", value: fleet }],
    networksAdvanced: [
      { name: "boxes", aliases: [fleet, ...applications.map((each) => `${each}.application`)] },
    ],
  });
const state = [
  ...[box("shop", "shop-1", "catalog", "site"), box("shop", "shop-2", "catalog", "site")],
  ...[box("shop", "far.shop-1", "catalog", "site"), box("orders", "orders-1", "orders")],
  ...["shop-gate", "far.shop-gate", "orders-gate"].map((name) => resource("command:local:Command", name)),
];
const names = (boxes: readonly { name: string }[]) => boxes.map(({ name }) => name);

describe("what a command line means", () => {
  it("is a declared task by its name alone, else a command", () => {
    const tasks = { migrate: { command: ["./manage", "migrate"], timeoutSeconds: 1, irreversible: false } };
    deepEqual(chooseTask("shop", tasks, ["migrate"]), { name: "migrate", command: ["./manage", "migrate"] });
    deepEqual(chooseTask("shop", tasks, ["migrate", "-v"]), { command: ["migrate", "-v"] });
    deepEqual(chooseTask("shop", undefined, ["constructor"]), { command: ["constructor"] });
    throws(() => chooseTask("shop", tasks, []), {
      message:
        "TASK: expected a task of shop or a command, got none; choose one of migrate, or add a command",
    });
    throws(() => chooseTask("shop", {}, []), {
      message: "TASK: expected a task of shop or a command, got none; it declares no task: add a command",
    });
  });

  it("is the boxes of a fleet, or those of an application's", () => {
    deepEqual(names(boxesOfFleet(state, "orders")), ["orders-1"]);
    const on = (application: string, fleets = {}) => names(boxesOfApplication(state, application, fleets));
    deepEqual(on("site"), ["shop-1", "shop-2", "far.shop-1"]);
    // A worker is known by its fleet alone; what was moved is where it runs.
    deepEqual(on("mailer", { orders: { applications: ["orders", "mailer"] } }), ["orders-1"]);
    deepEqual(on("orders", { shop: { applications: ["orders"] } }), ["orders-1"]);
    throws(() => boxesOfFleet(state, "catalog"), {
      message:
        "FLEET: expected a fleet of containers that runs here, got catalog; choose one of orders, shop",
    });
    throws(() => boxesOfApplication(state, "shop", {}), {
      message:
        "APPLICATION: expected one that runs in containers here, got shop; choose one of catalog, orders, site",
    });
    throws(() => boxesOfFleet([], "shop"), {
      message: "FLEET: expected a fleet of containers that runs here, got shop; npm run up starts some",
    });
  });
});

describe("a restart", () => {
  it("makes the boxes of one fleet anew, on every engine, and asks their gates", () => {
    const container = `${prefix}docker:index/container:Container::`;
    const replace = ["shop-1", "shop-2", "far.shop-1"].map((name) => `${container}${name}`);
    const gates = ["shop-gate", "far.shop-gate"].map((name) => `${prefix}command:local:Command::${name}`);
    deepEqual(boxesAnew(state, "shop"), { replace, target: [...replace, ...gates] });
  });

  it("goes by turns where the fleet does, with room for the first one", () => {
    const command = (name: string) => resource("command:local:Command", name);
    const others = ["shop-hold", "shops-room", "shops-gate-1"].map(command);
    const turns = ["shop-room", "shop-gate-1", "far.shop-gate-2"].map(command);
    const before = boxesAnew(state, "shop");
    const anew = boxesAnew([...state, ...others, ...turns], "shop");
    const own = turns.map(({ urn }) => urn);
    deepEqual(anew.replace, [...before.replace, own[0]]);
    deepEqual(anew.target, [...before.replace, own[0], ...before.target.slice(3), ...own.slice(1)]);
  });

  it("is refused of what is no fleet of containers", () => {
    throws(() => boxesAnew(state, "edge"), {
      message: "FLEET: expected a fleet of containers that runs here, got edge; choose one of shop, orders",
    });
  });
});
