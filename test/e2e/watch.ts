import { setTimeout as sleep } from "node:timers/promises";

/** Looks at something again and again until it is ended, and keeps all that it saw. */
export class Watch<T> {
  readonly #seen: T[] = [];
  readonly #looking: Promise<void>;
  #ended = false;

  constructor(look: () => Promise<T>, everyMilliseconds = 100) {
    this.#looking = (async () => {
      while (!this.#ended) {
        this.#seen.push(await look());
        await sleep(everyMilliseconds);
      }
    })();
    // Whoever ends it is told.
    this.#looking.catch(() => undefined);
  }

  /** All that was seen. @throws what a look threw. */
  async end(): Promise<T[]> {
    this.#ended = true;
    await this.#looking;
    return this.#seen;
  }
}
