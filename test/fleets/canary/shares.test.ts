import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { weightsAt } from "../../../fleets/canary/shares.ts";

const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);

describe("the weights of old and new boxes", () => {
  it("are all for one side before the first step and at the last", () => {
    deepEqual(weightsAt(0, 2, 3), { old: [1, 1], fresh: [0, 0, 0] });
    deepEqual(weightsAt(100, 2, 3), { old: [0, 0], fresh: [1, 1, 1] });
  });

  it("leave nobody without boxes while one side has none", () => {
    deepEqual(weightsAt(10, 0, 2), { old: [], fresh: [1, 1] });
    deepEqual(weightsAt(10, 2, 0), { old: [1, 1], fresh: [] });
  });

  it("give new boxes their share of the requests, whatever there is of boxes, within what HAProxy knows", () => {
    const some = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), some, some, (percent, boxes, others) => {
        const { old, fresh } = weightsAt(percent, boxes, others);
        deepEqual([old.length, fresh.length], [boxes, others]);
        const share = (100 * sum(fresh)) / (sum(old) + sum(fresh));
        ok(Math.abs(share - percent) <= 1, `${share} % for ${percent} %: ${old.join()} and ${fresh.join()}`);
        for (const side of [old, fresh]) {
          const used = new Set(side.filter((weight) => weight > 0));
          ok(used.size === 1 && side.every((weight) => weight >= 0 && weight <= 256), side.join());
        }
      }),
    );
  });

  it("have all boxes take part where that is exact enough", () => {
    for (const percent of [5, 10, 25, 50, 90])
      for (const [old, fresh] of [
        [1, 1],
        [2, 2],
        [2, 3],
        [4, 4],
      ] as const)
        ok(
          [...weightsAt(percent, old, fresh).old, ...weightsAt(percent, old, fresh).fresh].every(
            (each) => each > 0,
          ),
        );
  });
});
