import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../work/message.ts";
import type { Asked, At } from "../asked.ts";
import type { Exchanging } from "./Exchange.ts";
import { lastingExchanges, type Lasting } from "./exchanges.ts";

/** Exchanges that last, one after the other, several of each at once, until they are ended. */
export class LongTraffic {
  readonly #ended = new AbortController();
  readonly #running: Promise<void>[];
  readonly #asked: Asked[] = [];

  /** @param mark a text that no orders of before begin with. @param applications those that there are; default: all. */
  constructor(at: At, mark: string, lasting: Lasting, applications = ["catalog", "orders"]) {
    const exchanges = Object.entries(lastingExchanges(lasting));
    const wanted = exchanges.filter(([, { application }]) => applications.includes(application));
    this.#running = wanted.flatMap(([what, { application, atOnce, run }]) =>
      Array.from({ length: atOnce }, async (_, index) => {
        for (let number = 0; !this.#ended.signal.aborted; number++) {
          const own = `${mark}-${what.replaceAll(" ", "")}${index}-${number}`;
          const asked = await exchanged({ what, application }, run, at, own);
          this.#asked.push(application === "orders" ? { ...asked, order: own } : asked);
          // What fails at once is not tried without a pause.
          if (asked.failure !== undefined) await sleep(200);
        }
      }),
    );
  }

  /** Begins no more. @returns all of them, when the last has ended. */
  async end(): Promise<Asked[]> {
    this.#ended.abort();
    await Promise.all(this.#running);
    return this.#asked;
  }
}

async function exchanged(
  about: Pick<Asked, "what" | "application">,
  run: Exchanging,
  at: At,
  mark: string,
): Promise<Asked> {
  const began = performance.now();
  let box: string | undefined;
  const heard = (name: string) => (box = name);
  const failure = await run({ at, mark, heard }).then(() => undefined, messageOf);
  return {
    ...about,
    ...{ began, ended: performance.now() },
    ...(failure !== undefined && { failure }),
    ...(box !== undefined && box !== "" && { box }),
  };
}
