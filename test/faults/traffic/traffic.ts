import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "../../load/asked.ts";
import { addLongExchanges } from "../../load/long/install.ts";
import { LongTraffic } from "../../load/long/LongTraffic.ts";
import { counts, lostOf, saidOf } from "../../load/lost.ts";
import { Watch } from "../../e2e/watch.ts";
import { noSecondEngine } from "../../sandbox/engine.ts";
import { afterwards } from "../far/afterwards.ts";
import { FarSystem } from "../far/farSystem.ts";
import { servedAgain } from "../far/servedAgain.ts";
import type { Kind, Subject, Try } from "../kind.ts";
import type { Random } from "../random.ts";
import { events } from "./events.ts";
import { residentBytes } from "./memory.ts";

const lasting = { seconds: 12, uploadBytes: 2 ** 30, uploadSeconds: 18 };
/** What began when its box or edge was told to stop may last so long: the applications' STOP_SECONDS, less a margin. What lasts longer is cut. */
const drainSeconds = 23;
/** Of the edge, whatever goes through it. */
const mostBytes = 160 * 2 ** 20;

/** Uploads of 1 GiB, slow clients, streams, sockets and orders while boxes and edge are swapped or killed: nothing cut by a swap, orders stored once. */
export const traffic: Kind = {
  about: "boxes and edge swapped or killed under uploads, sockets, streams and slow clients",
  missing: noSecondEngine,
  begin: async () => new Exchanging(await FarSystem.create(addLongExchanges)),
};

class Exchanging implements Subject {
  readonly #system: FarSystem;
  readonly #mark = `by-${process.hrtime.bigint()}`;
  #tries = 0;
  readonly #all: Asked[] = [];

  constructor(system: FarSystem) {
    this.#system = system;
  }

  async try(random: Random): Promise<Try> {
    const event = random.oneOf(events);
    const before = await this.#system.parts();
    const traffic = new LongTraffic(this.#system.at, `${this.#mark}-${this.#tries++}`, lasting);
    const watch = new Watch(() => this.#residentBytes(), 500);
    let killed: Awaited<ReturnType<typeof event.happen>>;
    let problem: string | undefined;
    let ended: [Asked[], number[]];
    try {
      await sleep(2000 + random.below(4000));
      killed = await event.happen(this.#system, random);
      problem = killed && (await servedAgain(this.#system, before, killed.until));
      await sleep(2000);
    } finally {
      // Whatever failed: nothing asks or looks on.
      ended = await Promise.all([traffic.end(), watch.end()]);
    }
    const [asked, held] = ended;
    const most = Math.max(0, ...held);
    this.#all.push(...asked);
    const lost = killed
      ? lostOf(asked, killed)
      : asked.filter(
          ({ failure, began, ended }) => failure !== undefined && ended - began < drainSeconds * 1000,
        );
    const cut = asked.filter(({ failure }) => failure !== undefined).map(saidOf);
    const told = [
      ...(problem === undefined ? [] : [problem]),
      ...(lost.length === 0 ? [] : [`lost: ${JSON.stringify(counts(lost.map(saidOf)))}`]),
      ...(most <= mostBytes ? [] : [`the edge held ${megabytes(most)} MB`]),
    ];
    return {
      fault: event.fault,
      where: `(${JSON.stringify(counts(asked.map(({ what }) => what)))}; cut: ${JSON.stringify(counts(cut))}; door and edge held ${megabytes(most)} MB at most)`,
      lost: lost.length,
      ...(told.length > 0 && { problem: told.join("; ") }),
    };
  }

  last(): Promise<Try> {
    return afterwards(this.#system, this.#all, this.#mark);
  }

  end(): Promise<void> {
    return this.#system.dispose();
  }

  /** The most that the door or an edge holds now. */
  async #residentBytes(): Promise<number> {
    return Math.max(0, ...(await this.#system.pids("the edge", "the door")).map(residentBytes));
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
