import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { makingRoom, mayGo, turnsOf, stepsBack, type TurnBox } from "../../../fleets/surge/turns.ts";
import { surgePlan } from "../../../plan/environment/surge.ts";

/** A fleet of before, one that is wanted, and the turn that fails; undefined: none does. */
const swap = fc
  .record({ before: fc.integer({ min: 1, max: 12 }), count: fc.integer({ min: 1, max: 12 }) })
  .chain(({ before, count }) =>
    fc.record({
      ...{ before: fc.constant(before), count: fc.constant(count) },
      maxSurge: fc.integer({ min: 1, max: count }),
      failsIn: fc.option(fc.nat({ max: count - 1 }), { nil: undefined }),
    }),
  );

const boxes = (kind: string, count: number): TurnBox[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${kind}-${index + 1}`, name: `shop-${index + 1}` }));

/** What runs and what serves, step by step. */
class Fleet {
  running: TurnBox[];
  serving: TurnBox[];
  most: number;
  fewest: number;

  constructor(old: readonly TurnBox[]) {
    this.running = [...old];
    this.serving = [...old];
    this.most = old.length;
    this.fewest = old.length;
  }

  start(some: readonly TurnBox[]): void {
    this.running.push(...some);
    this.most = Math.max(this.most, this.running.length);
  }

  serve(some: readonly TurnBox[]): void {
    this.serving.push(...some);
  }

  stop(some: readonly TurnBox[]): void {
    for (const box of some) ok(this.running.includes(box), `${box.id} runs`);
    this.running = this.running.filter((box) => !some.includes(box));
    this.serving = this.serving.filter((box) => !some.includes(box));
    this.fewest = Math.min(this.fewest, this.serving.length);
  }
}

describe("turns of a swap", () => {
  it("never have more boxes than may be, nor fewer that serve than did or are to, and end with all or with none", () => {
    fc.assert(
      fc.property(swap, ({ before, count, maxSurge, failsIn }) => {
        const [old, fresh] = [boxes("old", before), boxes("new", count)];
        const names = fresh.map(({ name }) => name);
        const fleet = new Fleet(old);
        const turns = turnsOf(fresh, maxSurge);
        const failing = failsIn === undefined ? -1 : failsIn % turns.length;
        const proved: TurnBox[] = [];
        let ended: TurnBox[] = [];
        for (const [index, turn] of turns.entries()) {
          ok(turn.length <= maxSurge);
          fleet.start(turn);
          if (index === failing) {
            for (const { start, stop } of stepsBack({ failed: turn, proved, ended }, maxSurge)) {
              fleet.start(start);
              fleet.serve(start);
              fleet.stop(stop);
            }
            break;
          }
          fleet.serve(turn);
          proved.push(...turn);
          const others = fleet.running.filter((box) => old.includes(box));
          const going = mayGo(proved, others, count, names);
          fleet.stop(going);
          ended = [...ended, ...going];
        }
        ok(fleet.most <= Math.max(before, count) + maxSurge, `${fleet.most} boxes`);
        ok(fleet.fewest >= Math.min(before, count), `${fleet.fewest} serve`);
        const wanted = failing === -1 ? fresh : old;
        deepEqual(fleet.running.map(({ id }) => id).sort(), wanted.map(({ id }) => id).sort());
      }),
      { numRuns: 2000 },
    );
  });

  it("end first the boxes whose places are taken, and last those that wait for their turn", () => {
    const old = boxes("old", 4);
    const going = (fresh: number, others: readonly TurnBox[], count: number) =>
      mayGo(
        boxes("new", fresh),
        others,
        count,
        boxes("new", count).map(({ name }) => name),
      ).map(({ id }) => id);
    deepEqual(going(1, old.toReversed(), 4), ["old-1"]);
    deepEqual(going(1, old, 2), ["old-1", "old-3", "old-4"]);
    deepEqual(going(2, old.slice(0, 1), 4), []);
    deepEqual(going(4, old, 4).sort(), ["old-1", "old-2", "old-3", "old-4"]);
  });

  it("begin with as many as are to be, where a killed update left more: who serves stays longest", () => {
    const seen = fc.record({
      ...{ id: fc.uuid(), name: fc.constantFrom("shop-1", "shop-2", "shop-3") },
      ...{ isWell: fc.boolean(), isLeftOver: fc.boolean() },
    });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 10 }), fc.integer({ min: 1, max: 8 }), (running, count) => {
        const going = makingRoom(running, count);
        const staying = running.filter((box) => !going.includes(box));
        ok(going.every(({ isLeftOver }) => isLeftOver));
        const mustStay = running.filter(({ isLeftOver }) => !isLeftOver).length;
        deepEqual(staying.length, Math.min(running.length, Math.max(count, mustStay)));
        const sickStays = staying.some(({ isLeftOver, isWell }) => isLeftOver && !isWell);
        ok(!sickStays || going.every(({ isWell }) => !isWell));
      }),
    );
  });

  it("are as many as is said, in boxes or in percent of them, rounded up; where all fit at once there are none", () => {
    const surge = (boxes: number, maxSurge: number | string) => surgePlan({ boxes, swap: swapOf(maxSurge) });
    deepEqual(
      [surge(4, 1), surge(4, 3), surge(4, 4), surge(4, 9), surge(1, 1)],
      [1, 3, undefined, undefined, undefined],
    );
    deepEqual(
      [surge(4, "25%"), surge(10, "25%"), surge(3, "1%"), surge(4, "100%"), surge(1, "10%")],
      [1, 3, 1, undefined, undefined],
    );
    deepEqual(surgePlan({ boxes: 4 }), undefined);
  });
});

function swapOf(maxSurge: number | string) {
  return { maxSurge, bakeSeconds: 120, errorPercent: 1, alarms: [] };
}
