import assert from "node:assert/strict";
import { cache } from "./cache/cache.ts";
import { disk } from "./disk/disk.ts";
import type { Kind, Try } from "./kind.ts";
import { lockKind } from "./lock/lock.ts";
import { seeded, seedOf } from "./random.ts";
import { counted, faultTable, isGood } from "./report.ts";
import { tryKind } from "./session.ts";

/** The kinds that need no system of their own, each with so many tries: seconds in all. `npm run faults` does the others. */
const bounded: Record<string, [kind: Kind, tries: number]> = {
  cache: [cache, 40],
  disk: [disk, 40],
  lock: [lockKind(2), 2],
};

describe("faults by chance", function () {
  this.timeout("60s");
  const seed = seedOf(process.env["FAULTS_SEED"]);
  before(() => {
    console.log(`      FAULTS_SEED=${seed} repeats them`);
  });

  for (const [name, [kind, tries]] of Object.entries(bounded))
    it(`${name}: nothing is lost, and all converges`, async function () {
      const missing = await kind.missing();
      if (missing !== undefined) {
        console.log(`      skipped: ${missing}`);
        return this.skip();
      }
      const told: string[] = [];
      const results = await tryKind(kind, seed, { seconds: 30, tries }, (line) => told.push(line));
      const rows = counted(results);
      assert.ok(isGood(rows), `${faultTable(rows)}\n${told.at(-1)}`);
    });
});

describe("the report of faults", () => {
  const good: Try = { fault: "a", lost: 0 };

  it("counts tries by fault, in a table", () => {
    const rows = counted([good, { fault: "b", lost: 3, problem: "gone" }, good]);
    assert.equal(
      faultTable(rows),
      "| fault | tries | converged | lost |\n| --- | --: | --: | --: |\n| a | 2 | 2 | 0 |\n| b | 1 | 0 | 3 |",
    );
  });

  it("is good when something was tried, all of it converged and nothing was lost", () => {
    const isGoodOf = (...tries: Try[]) => isGood(counted(tries));
    assert.equal(isGoodOf(good, good), true);
    assert.equal(isGoodOf(), false);
    assert.equal(isGoodOf(good, { ...good, lost: 1 }), false);
    assert.equal(isGoodOf(good, { ...good, problem: "gone" }), false);
  });

  it("takes chance from a seed: the same again, spread over all", () => {
    const draw = (seed: number) => {
      const random = seeded(seed);
      return Array.from({ length: 1000 }, () => random.below(10));
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    for (let number = 0; number < 10; number++)
      assert.ok(draw(7).filter((each) => each === number).length > 60, `too few ${number}`);
    assert.equal(seedOf("42"), 42);
    assert.throws(() => seedOf("x"), /^Error: seed: expected a whole number, got "x"; give what/);
  });

  it("has a try that threw, and none after it", async () => {
    let tries = 0;
    const kind: Kind = {
      about: "",
      missing: () => Promise.resolve(undefined),
      begin: () =>
        Promise.resolve({
          try: () => (++tries === 2 ? Promise.reject(new Error("no")) : Promise.resolve(good)),
          end: () => Promise.resolve(),
        }),
    };
    const results = await tryKind(kind, 1, { seconds: 60, tries: 5 }, () => undefined);
    assert.deepEqual(results, [good, { fault: "a try that broke", problem: "no", lost: 0 }]);
  });
});
