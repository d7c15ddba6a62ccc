import { setTimeout as sleep } from "node:timers/promises";
import { becomeWell } from "../../../../fleets/gate/becomeWell.ts";
import type { GateRequest } from "../../../../fleets/gate/request.ts";
import { makeRoom } from "../../../../fleets/surge/makeRoom.ts";
import type { TurnsPlace } from "../../../../fleets/surge/request.ts";
import { turnsOf } from "../../../../fleets/surge/turns.ts";
import { TurnSwap } from "../../../../fleets/surge/TurnSwap.ts";
import type { Box, Manner } from "../../canary/support/Box.ts";
import type { Stand } from "../../canary/support/Stand.ts";

/** What an update makes, and where it fails or is interrupted. */
export interface Update {
  /** How the boxes of a turn are, by its number; default: well. */
  manner?: (turn: number) => Manner & { isSick?: boolean };
  /** After so many turns it ends, as if it was killed. */
  turns?: number;
  signal?: AbortSignal;
}

/** A fleet that is updated as an engine of Pulumi does it: the boxes of a turn are made, then its gate runs, and the next turn begins. */
export class Fleet {
  readonly said: string[] = [];
  /** The most that ran, and the fewest that an edge held for healthy, since it was watched. */
  most = 0;
  fewest = Infinity;
  readonly #stand: Stand;
  readonly #names: readonly string[];
  readonly #maxSurge: number;
  #isWatched = true;

  constructor(stand: Stand, count: number, maxSurge: number) {
    this.#stand = stand;
    this.#names = Array.from({ length: count }, (_, index) => `shop-${index + 1}`);
    this.#maxSurge = maxSurge;
  }

  get place(): TurnsPlace {
    const { fleet, stack, network, door, backends } = this.#stand.request();
    return {
      ...{ fleet, stack, network, names: [...this.#names], drainSeconds: 5 },
      leads: { door, backends },
    };
  }

  makeRoom(): Promise<string[]> {
    return makeRoom(this.place, this.#stand.engine);
  }

  /** Makes boxes of an image turn by turn, where there are none of it yet. @returns all of the fleet's. */
  async update(image: string, { manner, turns: some = Infinity, signal }: Update = {}): Promise<Box[]> {
    const made: Box[] = [];
    for (const [index, names] of turnsOf(this.#names, this.#maxSurge).slice(0, some).entries()) {
      const turn = index + 1;
      made.push(...(await this.#made(image, names, manner?.(turn) ?? {})));
      await this.gate(made, turn, signal);
    }
    return made;
  }

  async gate(fresh: readonly Box[], turn: number, signal = new AbortController().signal): Promise<void> {
    const { engine, port } = this.#stand;
    const gate: GateRequest = {
      ...{ fleet: "shop", edge: "edge", timeoutSeconds: 3, steadySeconds: 0.2, boxes: {} },
      applications: [{ name: "shop", port }],
    };
    const well = (boxes: Readonly<Record<string, string>>, areOld: boolean) =>
      becomeWell({ ...gate, boxes }, new Set(areOld ? Object.values(boxes) : []), engine, () =>
        signal.aborted ? Promise.reject(new Error("interrupted")) : Promise.resolve(),
      );
    const ids = Object.fromEntries(fresh.map(({ id, name }) => [name, id]));
    const run = { well, signal, passed: new Set<string>(), say: (line: string) => void this.said.push(line) };
    await new TurnSwap({ ...this.place, maxSurge: this.#maxSurge, turn }, ids, engine, run).lead();
  }

  /** Looks what runs and what serves, until it is told to end. */
  watch(): () => Promise<void> {
    const watching = (async () => {
      while (this.#isWatched) {
        this.most = Math.max(this.most, this.running.length);
        this.fewest = Math.min(this.fewest, await this.#stand.healthy("edge"));
        await sleep(50);
      }
    })();
    return () => {
      this.#isWatched = false;
      return watching;
    };
  }

  /** Ids of those that run. */
  get running(): string[] {
    return this.#stand.boxes
      .filter(({ isRunning }) => isRunning)
      .map(({ id }) => id)
      .sort();
  }

  async #made(
    image: string,
    names: readonly string[],
    { isSick = false, ...manner }: Manner & { isSick?: boolean },
  ): Promise<Box[]> {
    const boxes: Box[] = [];
    for (const name of names) {
      const number = Number(name.replace("shop-", ""));
      const there = this.#stand.boxes.find(({ id }) => id === `${image}-${number}`);
      const [box] = there ? [there] : await this.#stand.start(image, 1, manner, number);
      if (!box) throw new Error(`expected a box ${name}`);
      if (!there) box.isWell = !isSick;
      boxes.push(box);
    }
    return boxes;
  }
}
