import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { chanceOf, type Outcome } from "../../../fleets/canary/chance.ts";
import { hasEnough, reasonsToGoBack, type OldAndNew } from "../../../fleets/canary/compare.ts";

const limits = { errorPercent: 1, slowerPercent: 200, minimumRequests: 200 };
const of = (fresh: Outcome, old: Outcome): OldAndNew[] => [{ name: "shop", fresh, old }];
const reasons = (fresh: Outcome, old: Outcome, isEnd = true) =>
  reasonsToGoBack(of(fresh, old), limits, isEnd);
const outcome = (most: number) =>
  fc
    .integer({ min: 0, max: most })
    .chain((requests) =>
      fc.record({ requests: fc.constant(requests), errors: fc.integer({ min: 0, max: requests }) }),
    );

describe("the chance that errors fall on the new boxes", () => {
  /** By counting all ways, in whole numbers. */
  const counted = (fresh: Outcome, old: Outcome): number => {
    const choose = (from: number, count: number): bigint => {
      let ways = count < 0 || count > from ? 0n : 1n;
      for (let each = 1; each <= count; each++) ways = (ways * BigInt(from - count + each)) / BigInt(each);
      return ways;
    };
    const errors = fresh.errors + old.errors;
    let ways = 0n;
    for (let each = fresh.errors; each <= errors; each++)
      ways += choose(fresh.requests, each) * choose(old.requests, errors - each);
    return Number((ways * 10n ** 15n) / choose(fresh.requests + old.requests, errors)) / 1e15;
  };

  it("is what counting all ways comes to", () => {
    fc.assert(
      fc.property(outcome(150), outcome(150), (fresh, old) => {
        const [told, right] = [chanceOf(fresh, old), counted(fresh, old)];
        ok(Math.abs(told - right) <= 1e-9 + 1e-6 * right, `${told} for ${right}`);
      }),
    );
  });

  it("is told of millions of requests in a moment", () => {
    const begin = performance.now();
    ok(chanceOf({ requests: 1e6, errors: 10_100 }, { requests: 1e6, errors: 10_000 }) > 0.1);
    ok(chanceOf({ requests: 1e6, errors: 11_000 }, { requests: 1e6, errors: 10_000 }) < 1e-6);
    ok(performance.now() - begin < 1000);
  });
});

describe("new boxes", () => {
  it("are never worse by a rate of errors that is not above that of the old ones", () => {
    fc.assert(
      fc.property(outcome(5000), outcome(5000), fc.boolean(), (fresh, old, isEnd) => {
        fc.pre(fresh.errors * old.requests <= old.errors * fresh.requests);
        fc.pre(old.requests > 0);
        deepEqual(reasons(fresh, old, isEnd), []);
      }),
    );
  });

  it("go on where both have the same rate, but for one window of thousands", () => {
    // Seeded: by Mulberry32.
    let state = 20_261_130;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const drawn = (requests: number, rate: number): Outcome => ({
      requests,
      errors: Array.from({ length: requests }, random).filter((each) => each < rate).length,
    });
    for (const rate of [0.001, 0.02, 0.2]) {
      const windows = Array.from({ length: 4000 }, () => [drawn(200, rate), drawn(400, rate)] as const);
      const wrong = windows.filter(([fresh, old]) => reasons(fresh, old).length > 0);
      ok(wrong.length <= 8, `${wrong.length} of 4000 at ${rate}`);
    }
    const worse = Array.from({ length: 1000 }, () => [drawn(200, 0.05), drawn(1800, 0)] as const);
    const found = worse.filter(([fresh, old]) => reasons(fresh, old).length > 0);
    ok(found.length >= 985, `${found.length} of 1000 with 5 % were found`);
  });

  it("may have an error or two among few requests", () => {
    deepEqual(reasons({ requests: 3, errors: 1 }, { requests: 30, errors: 0 }), []);
    deepEqual(reasons({ requests: 50, errors: 2 }, { requests: 60, errors: 0 }), []);
    deepEqual(reasons({ requests: 1, errors: 1 }, { requests: 0, errors: 0 }), []);
    deepEqual(reasons({ requests: 0, errors: 0 }, { requests: 0, errors: 0 }), []);
  });

  it("are worse by 5 % errors where the old ones have none, and the figures are told", () => {
    deepEqual(reasons({ requests: 200, errors: 10 }, { requests: 1800, errors: 0 }), [
      "shop: new boxes failed 10 of 200 requests (5.0 %), old ones 0 of 1800 requests (0.0 %)",
    ]);
    equal(reasons({ requests: 400, errors: 20 }, { requests: 400, errors: 0 }).length, 1);
  });

  it("are not worse by 5 % where the old ones have as many in the same time", () => {
    deepEqual(reasons({ requests: 400, errors: 20 }, { requests: 3600, errors: 160 }), []);
  });

  it("go back before the end of a step only where it is as good as certain", () => {
    deepEqual(reasons({ requests: 40, errors: 3 }, { requests: 360, errors: 0 }, false), []);
    equal(reasons({ requests: 40, errors: 20 }, { requests: 360, errors: 0 }, false).length, 1);
  });

  it("may have so many points more as is said", () => {
    const more = of({ requests: 10_000, errors: 400 }, { requests: 10_000, errors: 100 });
    equal(reasonsToGoBack(more, { ...limits, errorPercent: 2 }, true).length, 1);
    deepEqual(reasonsToGoBack(more, { ...limits, errorPercent: 3 }, true), []);
    const all = of({ requests: 1000, errors: 1000 }, { requests: 1000, errors: 0 });
    deepEqual(reasonsToGoBack(all, { ...limits, errorPercent: 100 }, true), []);
  });

  it("are compared application by application: one that is seldom asked is not lost among the others", () => {
    const shop = { name: "shop", fresh: { requests: 9000, errors: 0 }, old: { requests: 9000, errors: 0 } };
    const orders = { name: "orders", fresh: { requests: 60, errors: 30 }, old: { requests: 60, errors: 0 } };
    deepEqual(reasonsToGoBack([shop, orders], limits, true), [
      "orders: new boxes failed 30 of 60 requests (50.0 %), old ones 0 of 60 requests (0.0 %)",
    ]);
  });

  it("are worse where they take much longer, at the end of a step", () => {
    const at = (fresh: number, old: number, isEnd = true, requests = 300) =>
      reasonsToGoBack(
        of(
          { requests, errors: 0, ...{ milliseconds: fresh } },
          { requests, errors: 0, ...{ milliseconds: old } },
        ),
        limits,
        isEnd,
      );
    deepEqual(at(200, 20), [
      "shop: new boxes took 200 ms on average (300 requests), old ones 20 ms on average (300 requests)",
    ]);
    deepEqual(at(200, 20, false), []);
    deepEqual(at(200, 20, true, 199), []);
    deepEqual(at(110, 20), []);
    deepEqual(at(95, 1), []);
    deepEqual(at(900, 400), []);
  });

  it("have enough requests when both sides have", () => {
    const shop = (fresh: number, old: number) =>
      hasEnough(of({ requests: fresh, errors: 0 }, { requests: old, errors: 0 }), limits);
    deepEqual([shop(200, 200), shop(199, 9000), shop(9000, 199)], [true, false, false]);
  });
});
