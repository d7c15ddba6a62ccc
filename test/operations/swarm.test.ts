import { deepEqual, equal } from "node:assert/strict";
import { parseServiceLine } from "../../operations/log/serviceLines.ts";
import { formatText } from "../../operations/preview/text.ts";
import { reportOf } from "../../operations/preview/report.ts";
import type { PreviewStep } from "../../operations/preview/step.ts";
import { serviceRows } from "../../operations/status/swarmRows.ts";

const inputs = (image: string | undefined, boxes: number, env: object = {}, more: object = {}) => ({
  boxes,
  ...(image !== undefined && {
    taskSpec: {
      containerSpec: { image: `shop@${image}`, env: { FLEET_IMAGE_DIGEST: image, ...env }, ...more },
    },
  }),
});
const urn = "urn:pulumi:dev::immutable-fleets::fleet:index:SwarmFleet$docker:index/service:Service::shop";
interface Told {
  boxes?: number;
}
const gateOf = ({ boxes }: Told) =>
  boxes === undefined ? {} : { environment: { FLEET_BOXES: String(boxes) } };
const told = (op: PreviewStep["op"], before: Told, after: Told) => {
  const step = { urn, type: "docker:index/service:Service", name: "shop", op, changed: [] };
  const drain = {
    ...{
      urn: "urn::p::fleet:index:SwarmFleet$command:local:Command::shop-drain",
      type: "command:local:Command",
    },
    ...{ name: "shop-drain", op: "replace" as const, changed: [], before: {}, after: {} },
  };
  const gate = { ...drain, name: "shop-gate", before: gateOf(before), after: gateOf(after) };
  const steps = [{ ...step, before, after } as unknown as PreviewStep, drain, gate];
  return formatText(reportOf("dev", steps)).split("\n").slice(2, -1).join("\n").trim();
};

describe("a preview of fleets on a Swarm", () => {
  it("says what becomes of their boxes", () => {
    const old = inputs("sha256:11", 2, { A: "1" });
    equal(told("create", {}, inputs("sha256:22", 3)), "shop starts 3 boxes: image 22");
    equal(told("same", old, inputs("sha256:11", 5)), "shop goes from 2 to 5 boxes; boxes that run stay");
    equal(
      told("replace", old, inputs("sha256:22", 2, { B: "1" }, { stopGracePeriod: "9s" })),
      "shop swaps 2 boxes: image 11 → 22, how long a box has to end, environment A, environment B; new boxes first, the old ones after the gate",
    );
    equal(
      told("replace", old, inputs(undefined, 2)),
      "shop swaps 2 boxes if its image comes out different from 11",
    );
    equal(told("delete", old, {}), "shop stops all 2 boxes");
  });
});

describe("the status of fleets on a Swarm", () => {
  it("has each box with its machine, those that are missing too", () => {
    const now = new Date("2026-01-01T00:01:00Z");
    const task = {
      ...{ id: "t1", created: "2026-01-01T00:00:00Z", slot: 1, node: "n1", wanted: true, state: "running" },
      ...{ reason: "started", container: "c1", exitCode: 0, addresses: ["10.0.1.4"] },
    };
    const ended = { ...task, id: "t0", wanted: false, state: "failed", created: "2025-12-31T00:00:00Z" };
    const server = {
      ...{ backend: "catalog", name: "catalog-1", address: "10.0.1.4:8081", healthy: true, detail: "UP" },
      requests: 7,
    };
    const wanted = { fleet: "shop", id: "s1", provider: "", image: "sha256:11", boxes: 2 };
    deepEqual(serviceRows(wanted, [task, ended], new Map([["n1", "north"]]), [server], now), [
      {
        status: {
          ...{
            group: "shop",
            kind: "service",
            restarts: 1,
            box: "shop-1@north",
            id: "c1",
            image: "sha256:11",
          },
          ...{ state: "running", health: "healthy", ageSeconds: 60, detail: "" },
        },
        requests: 7,
      },
      {
        status: {
          ...{ group: "shop", kind: "service", restarts: 0, box: "shop-2", id: "" },
          ...{ state: "missing", health: "unhealthy", detail: "" },
        },
        requests: 0,
      },
    ]);
  });
});

describe("the log of a service", () => {
  it("is told by the box that printed each line", () => {
    const time = "2026-01-01T00:00:00.1Z";
    deepEqual(parseServiceLine("shop", `${time} shop-1f2e3d4.2@north    | GET / | 200`), {
      ...{ prefix: "shop-2 | ", time, text: "GET / | 200" },
    });
    deepEqual(parseServiceLine("shop", "shop-1f2e3d4.12@north    | "), {
      prefix: "shop-12 | ",
      time: "",
      text: "",
    });
    deepEqual(parseServiceLine("shop", "error from daemon: none"), {
      ...{ prefix: "shop | ", time: "", text: "error from daemon: none" },
    });
  });
});
