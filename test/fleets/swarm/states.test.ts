import { deepEqual } from "node:assert/strict";
import { boxStates } from "../../../fleets/swarm/states.ts";
import { boxesOf, parseTasks, type SwarmTask } from "../../../fleets/swarm/tasks.ts";

const applications = [{ name: "catalog", port: 8081 }];
const request = { fleet: "shop", boxes: 1, applications };
const task = (more: Partial<SwarmTask>): SwarmTask => ({
  ...{ id: "t1", created: "2026-01-01T00:00:00Z", slot: 1, node: "n1", wanted: true, state: "running" },
  ...{ reason: "started", container: "c1", exitCode: 0, addresses: ["10.0.1.4"] },
  ...more,
});
const server = (healthy: boolean) => ({
  ...{ backend: "catalog", name: "catalog-1", address: "10.0.1.4:8081", healthy, checked: healthy },
  ...{ sessions: 0, detail: healthy ? "UP L7OK 200" : "DOWN L4CON" },
});
const swarm = (healthy: boolean, detail: string) => ({ application: "the Swarm", healthy, detail });
const edge = (healthy: boolean, detail: string) => ({ application: "catalog", healthy, detail });

describe("boxes of a service, as their gate sees them", () => {
  const known = { name: "shop-1", isNew: true, running: true, restarts: 0, exitCode: 0 };

  it("are well where the Swarm runs them and each edge sees them healthy", () => {
    deepEqual(boxStates(request, [task({})], [[server(true)], [server(false)]], new Set()), [
      {
        ...known,
        checks: [swarm(true, "running: started"), edge(true, "UP L7OK 200"), edge(false, "DOWN L4CON")],
      },
    ]);
    const [passed] = boxStates(request, [task({})], [], new Set(["t1"]));
    deepEqual([passed?.isNew, passed?.checks], [false, [swarm(true, "running: started")]]);
  });

  it("are waited for while they have no machine, or none at all", () => {
    const pending = task({ state: "pending", reason: "no suitable node", addresses: [], container: "" });
    const unseen = edge(false, "not yet seen by the edge");
    deepEqual(boxStates(request, [pending], [[]], new Set()), [
      { ...known, checks: [swarm(false, "pending: no suitable node"), unseen] },
    ]);
    deepEqual(boxStates(request, [], [[]], new Set()), [
      { ...known, checks: [swarm(false, "not yet made"), unseen] },
    ]);
  });

  it("are bad once one has ended, but for what had ended before the gate was passed", () => {
    const ended = task({
      id: "t0",
      state: "failed",
      wanted: false,
      exitCode: 3,
      reason: "task: non-zero exit (3)",
    });
    const [state] = boxStates(request, [task({}), ended], [], new Set());
    deepEqual(state, {
      ...known,
      ...{ running: false, restarts: 1, exitCode: 3 },
      checks: [swarm(true, "failed: task: non-zero exit (3)")],
    });
    deepEqual(boxStates(request, [task({}), ended], [], new Set(["t0", "t1"]))[0]?.restarts, 0);
  });
});

describe("tasks of a service", () => {
  it("are its boxes, whose numbers have gaps where it had more", () => {
    const left = [task({ id: "t4", slot: 4 }), task({ id: "t2", slot: 2, wanted: false })];
    deepEqual(
      boxesOf(left, 2).map(({ slot, task: own }) => [slot, own?.id]),
      [
        [1, undefined],
        [4, "t4"],
      ],
    );
  });

  it("are read as the engine tells them, newest first", () => {
    const of = (ID: string, CreatedAt: string, more: object = {}) => ({
      ...{ ID, CreatedAt, Slot: 1, NodeID: "n1", DesiredState: "running" },
      Status: {
        State: "running",
        Message: "started",
        ContainerStatus: { ContainerID: "c1", PID: 7, ExitCode: 0 },
      },
      NetworksAttachments: [{ Network: {}, Addresses: ["10.0.1.4/24"] }],
      ...more,
    });
    const old = of("t0", "2026-01-01T00:00:00Z", {
      ...{ DesiredState: "shutdown", NetworksAttachments: null },
      Status: { State: "rejected", Err: "No such image", Message: "preparing" },
    });
    deepEqual(parseTasks(JSON.stringify([old, of("t1", "2026-01-02T00:00:00Z")])), [
      task({ created: "2026-01-02T00:00:00Z" }),
      task({
        ...{ id: "t0", wanted: false, state: "rejected", reason: "No such image", container: "" },
        addresses: [],
      }),
    ]);
  });
});
