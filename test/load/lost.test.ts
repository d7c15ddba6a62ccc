import { deepEqual } from "node:assert/strict";
import type { Asked } from "./asked.ts";
import { counts, lostOf, recoverySeconds, storedOf, type Killed } from "./lost.ts";

const asked = (began: number, ended: number, more: Partial<Asked> = {}): Asked => ({
  ...{ what: "GET", application: "catalog", began, ended, failure: "status 503" },
  ...more,
});
const good = (one: Asked): Asked => {
  const { failure, ...rest } = one;
  return failure === undefined ? one : rest;
};

describe("requests that were lost", () => {
  const killed: Killed = { from: 1000, until: 1010, away: ["orders"] };

  it("are those that failed and were not in flight on what was killed", () => {
    const inFlight = [asked(500, 1005), asked(1005, 1200), asked(900, 5000)];
    const before = asked(500, 999);
    const after = asked(1011, 1020);
    deepEqual(lostOf([...inFlight, before, after, good(after)], killed), [before, after]);
  });

  it("are not those to what is away until its recovery, but those that began later", () => {
    const away = asked(1500, 1600, { application: "orders" });
    const late = asked(1011 + recoverySeconds * 1000, 32_000, { application: "orders" });
    deepEqual(lostOf([away, late], killed), [late]);
  });

  it("are those in flight on another box, too, where it is known which one answered", () => {
    const other = asked(500, 1500, { box: "catalog-2" });
    const own = asked(500, 1500, { box: "catalog-1" });
    deepEqual(lostOf([other, own, asked(500, 1500)], { ...killed, box: "catalog-1" }), [other]);
  });

  it("are those in flight to applications that do not need what was killed", () => {
    const other = asked(500, 1500);
    const own = asked(500, 1500, { application: "orders" });
    deepEqual(lostOf([other, own], { ...killed, cuts: ["orders"] }), [other]);
  });

  it("are counted by what came", () => {
    deepEqual(counts(["a", "b", "a"]), { a: 2, b: 1 });
  });
});

describe("orders that were stored", () => {
  it("are those that were acknowledged, each once; one without an answer may be there", () => {
    const orders = [
      good(asked(0, 1, { order: "a" })),
      good(asked(0, 1, { order: "b" })),
      good(asked(0, 1, { order: "c" })),
      asked(0, 1, { order: "d" }),
      asked(0, 1, { order: "e" }),
    ];
    const rows = new Map([
      ["a", 1],
      ["b", 2],
      ["d", 1],
      ["x", 1],
    ]);
    deepEqual(storedOf(orders, rows), { lost: ["c"], twice: ["b"], strange: ["x"] });
  });
});
