import { setTimeout as sleep } from "node:timers/promises";
import { noSecondEngine } from "../../sandbox/engine.ts";
import type { Kind, Subject, Try } from "../kind.ts";
import type { Random } from "../random.ts";
import type { Asked } from "../../load/asked.ts";
import { Asking } from "../../load/asking.ts";
import { afterwards } from "../far/afterwards.ts";
import { FarSystem } from "../far/farSystem.ts";
import { servedAgain } from "../far/servedAgain.ts";
import { counts, heardMilliseconds, lostOf, saidOf } from "../../load/lost.ts";
import { partOf } from "../far/part.ts";

/** The engine, the door, the edge, a box or an accessory killed under load: served again without `up`, and nothing lost but what was in flight on it. */
export const boxes: Kind = {
  about: "engine, door, edge, a box or an accessory killed under load",
  missing: noSecondEngine,
  begin: async () => new KilledBoxes(await FarSystem.create()),
};

class KilledBoxes implements Subject {
  readonly #system: FarSystem;
  readonly #mark = `by-${process.hrtime.bigint()}`;
  readonly #asking: Asking;
  #all: Asked[] = [];

  constructor(system: FarSystem) {
    this.#system = system;
    this.#asking = new Asking(system.at, this.#mark);
  }

  async try(random: Random): Promise<Try> {
    const before = await this.#system.parts();
    const kinds = [partOf("engine"), ...before];
    // Each kind as often as the others, however many boxes there are.
    const kind = random.oneOf([...new Set(kinds.map((each) => each.kind))]);
    const part = random.oneOf(kinds.filter((each) => each.kind === kind));
    await sleep(1000 + random.below(2000));
    const from = performance.now();
    await (part.id === undefined ? this.#system.engine.crashEngine() : this.#system.engine.crash(part.id));
    // The engine's killing takes as long as its start again.
    const until = (part.id === undefined ? from : performance.now()) + heardMilliseconds;
    const problem = await servedAgain(this.#system, before, until);
    const recovered = (performance.now() - until) / 1000;
    const asked = await this.#asking.take();
    this.#all.push(...asked);
    const lost = lostOf(asked, { from, until, away: part.away, cuts: part.cuts });
    const told = [
      ...(problem === undefined ? [] : [problem]),
      ...(lost.length === 0 ? [] : [`lost: ${JSON.stringify(counts(lost.map(saidOf)))}`]),
    ];
    const failed = counts(asked.filter(({ failure }) => failure !== undefined).map(saidOf));
    return {
      fault: `SIGKILL of ${part.kind} under load`,
      where: `(${part.name}; all answer after ${recovered.toFixed(1)} s; ${asked.length} requests, failed in flight or while it was away: ${JSON.stringify(failed)})`,
      lost: lost.length,
      ...(told.length > 0 && { problem: told.join("; ") }),
    };
  }

  async last(): Promise<Try> {
    await this.#asking.end();
    this.#all.push(...(await this.#asking.take()));
    return afterwards(this.#system, this.#all, this.#mark);
  }

  async end(): Promise<void> {
    await this.#asking.end();
    await this.#system.dispose();
  }
}
