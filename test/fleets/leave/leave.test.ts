import { deepEqual, equal } from "node:assert/strict";
import type { ServerState } from "../../../fleets/edge/serverStates.ts";
import { leave, type LeaveRun } from "../../../fleets/leave/leave.ts";

const box = "b".repeat(64);
const request = { name: "shop-1", box, edge: "edge", stack: "p/dev", drainSeconds: 30 };
const stop = `docker stop --time 30 ${box}`;
const facts = (running = true) => ({
  Id: box,
  State: { Running: running },
  NetworkSettings: { Networks: { boxes: { IPAddress: running ? "172.18.0.4" : "" } } },
});
const server = (name: string, address: string, sessions: number): ServerState => ({
  ...{ backend: name.split("-")[0] ?? "", name: name.replace("unchecked_", ""), address, sessions },
  ...{ healthy: true, checked: true, detail: "UP" },
});

/** What happens to a box, in its order: edges say how many exchanges are under way, one number a look. */
async function events(
  edges: Record<string, number[]>,
  {
    found = [facts()] as unknown[],
    drainSeconds = 30,
    stops = () => "",
    signal = new AbortController().signal,
  } = {},
): Promise<string[]> {
  const seen: string[] = [];
  const run: LeaveRun = {
    engine: {
      ask: () => Promise.resolve({ exitCode: 0, stdout: JSON.stringify(found), stderr: "", all: "" }),
      lines: (args) => {
        seen.push(`docker ${args.join(" ")}`);
        return Promise.resolve(Object.keys(edges));
      },
      run: (args) => {
        seen.push(`docker ${args.join(" ")}`);
        return Promise.resolve(stops());
      },
    },
    edgeOf: (id) => ({
      servers: () => {
        const [sessions, ...later] = edges[id] ?? [];
        if (sessions === undefined) return Promise.reject(new Error("it has ended"));
        if (later.length > 0) edges[id] = later;
        seen.push(`${id}: ${sessions}`);
        return Promise.resolve([
          server("catalog-3", "172.18.0.4:8081", sessions),
          server("unchecked_catalog-2", "172.18.0.4:8081", 0),
          server("catalog-4", "172.18.0.40:8081", 7),
          server("catalog-5", "", 0),
        ]);
      },
      drain: (servers) => {
        seen.push(`${id}: drain ${servers.join(" ")}`);
        return Promise.resolve();
      },
      admit: (servers, isGone) => {
        seen.push(`${id}: admit ${servers.join(" ")}${isGone ? ", gone" : ""}`);
        return Promise.resolve();
      },
    }),
    say: (line) => seen.push(line),
    signal,
  };
  try {
    await leave({ ...request, drainSeconds }, run);
  } catch (error) {
    seen.push((error as Error).message);
  }
  return seen;
}
const [look, ...labels] = [
  "docker ps --quiet --no-trunc",
  "immutable-fleets.box=edge",
  "immutable-fleets.stack=p/dev",
];
const asked = [look, ...labels.map((label) => `--filter label=${label}`), "--filter status=running"].join(
  " ",
);
const own = "catalog/catalog-3 unchecked_catalog/catalog-2";

describe("a box that leaves", () => {
  it("is out of the edges first, then has nothing under way, then is told to stop; then its places are free", async () => {
    deepEqual(await events({ a: [2, 2, 1, 0] }), [
      asked,
      ...["a: 2", `a: drain ${own}`, "a: 2", "a: 1", "a: 0"],
      stop,
      `a: admit ${own}, gone`,
    ]);
  });

  it("leaves every edge, and waits for the last of them: a new one takes requests beside the old", async () => {
    const seen = await events({ a: [0], b: [1, 1, 0] });
    const at = (event: string) => seen.indexOf(event);
    equal(seen.filter((each) => each.includes("drain")).length, 2);
    equal(Math.max(at(`a: drain ${own}`), at(`b: drain ${own}`)) < at("b: 0"), true);
    equal(at("b: 0") < at(stop), true);
  });

  it("is stopped at the end of its drain, whatever is under way", async () => {
    const seen = await events({ a: [3] }, { drainSeconds: 0 });
    deepEqual(seen.slice(-3), [
      "3 exchanges are still under way after 0 s; it is told to stop",
      `docker stop --time 0 ${box}`,
      `a: admit ${own}, gone`,
    ]);
  });

  it("does not wait for an edge that does not answer", async () => {
    deepEqual(await events({ a: [] }), [asked, "an edge is not asked: it has ended", stop]);
  });

  it("that has ended leaves places that are nobody's, which are set free: its step may have been killed before", async () => {
    const freed = [asked, "a: 0", "a: admit catalog/catalog-5"];
    deepEqual(await events({ a: [0] }, { found: [] }), freed);
    deepEqual(await events({ a: [0] }, { found: [facts(false)] }), freed);
    deepEqual(await events({ a: [] }, { found: [] }), [asked, "a: admit "]);
  });

  it("gets requests again where it is not stopped after all", async () => {
    const refuse = () => {
      throw new Error("the engine says no");
    };
    deepEqual((await events({ a: [0] }, { stops: refuse })).slice(-3), [
      stop,
      `a: admit ${own}`,
      "the engine says no",
    ]);
    const seen = await events({ a: [5] }, { signal: AbortSignal.abort() });
    deepEqual(seen.slice(-2), [`a: admit ${own}`, "expected its end, got an interruption; run up again"]);
    equal(seen.includes(stop), false);
  });
});
