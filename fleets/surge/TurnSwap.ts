import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import { boxName, fleetBoxes, isEnded, makeOf, type FleetBoxes } from "../canary/boxes.ts";
import { startAgain, stopForGood } from "../canary/power.ts";
import { dealingOf } from "./dealingOf.ts";
import type { TurnsRequest } from "./request.ts";
import { mayGo, turnsOf, stepsBack, type TurnBox } from "./turns.ts";

/** How it is seen and stopped, and what it waits for. */
export interface TurnSwapRun {
  /** Waits until boxes are well, given by their names' container ids. @throws Error where they do not become so. */
  well: (boxes: Readonly<Record<string, string>>, areOld: boolean) => Promise<void>;
  /** What happens, line by line. */
  say: (line: string) => void;
  /** Leaves all as it is: there are always boxes enough. */
  signal: AbortSignal;
  /** Container ids of the new boxes that have passed this gate before. */
  passed: ReadonlySet<string>;
}

/** A box in the words of turns. */
interface Box extends TurnBox {
  facts: ContainerFacts;
}

/**
 * Takes the boxes of a fleet from old to new, turn by turn: those of a turn are well before as many old ones go. What it finds on the engine
 * says where it is, so that the next one goes on where one was killed.
 */
export class TurnSwap {
  readonly #request: TurnsRequest;
  readonly #ids: Readonly<Record<string, string>>;
  readonly #engine: DockerClient;
  readonly #run: TurnSwapRun;
  readonly #turns: readonly string[][];

  /** @param ids container ids of the new boxes, by their names. */
  constructor(
    request: TurnsRequest,
    ids: Readonly<Record<string, string>>,
    engine: DockerClient,
    run: TurnSwapRun,
  ) {
    this.#request = request;
    this.#ids = ids;
    this.#engine = engine;
    this.#run = run;
    this.#turns = turnsOf(request.names, request.maxSurge);
  }

  /** All turns up to that of this gate. @throws Error where new boxes are not well: old ones serve in their place again. */
  async lead(): Promise<void> {
    const { fresh, old, leftOver } = await this.#boxes();
    if (this.#isLed(fresh, [...old, ...leftOver])) return;
    const last = this.#request.turn - 1;
    const ended = this.#turns.findIndex((turn) =>
      fresh.some((box) => isEnded(box) && turn.includes(boxName(box))),
    );
    // What an earlier try has stopped begins after the turn before it, which makes room.
    for (let turn = ended === -1 ? last : Math.max(0, ended - 1); turn <= last; turn++) {
      await startAgain(this.#inTurns((await this.#boxes()).fresh, turn), this.#engine);
      await this.#takePlaces(turn).catch(async (error: unknown) => {
        if (!this.#run.signal.aborted) await this.#goBack(turn);
        throw error;
      });
    }
  }

  /** Whether there is nothing to lead here: whether all boxes are well, where none goes, is asked by the last gate. */
  #isLed(fresh: readonly ContainerFacts[], others: readonly ContainerFacts[]): boolean {
    const { turn, names } = this.#request;
    if (turn === this.#turns.length) return false;
    const hasPassed = fresh.every((box) => this.#run.passed.has(box.Id) && !isEnded(box));
    return others.length === 0 || (hasPassed && fresh.length + others.length <= names.length);
  }

  /** Has the new boxes of all turns up to one serve, and the old ones go whose places they take. */
  async #takePlaces(turn: number): Promise<void> {
    const { names } = this.#request;
    const own = this.#turns.slice(0, turn + 1).flat();
    await this.#run.well(Object.fromEntries(own.map((name) => [name, this.#ids[name] ?? ""])), false);
    const { fresh, old, leftOver } = await this.#boxes();
    const serving = this.#inTurns(fresh, turn);
    const going = mayGo(serving.map(boxOf), [...leftOver, ...old].map(boxOf), names.length, names);
    if (going.length === 0) return;
    const gone = going.map(({ name }) => name).join(", ");
    this.#run.say(
      `turn ${turn + 1} of ${this.#turns.length}: new boxes are healthy, old ones drain: ${gone}`,
    );
    await this.#stop(going);
  }

  /** What a failed turn comes to: the boxes that served before it serve again, and no new one. */
  async #goBack(turn: number): Promise<void> {
    try {
      const boxes = await this.#boxes();
      const [first] = boxes.old;
      if (!first) return;
      const steps = stepsBack(this.#sides(boxes, makeOf(first), turn), this.#request.maxSurge);
      if (steps.length === 0) return;
      const where = `turn ${turn + 1} of ${this.#turns.length}`;
      this.#run.say(`${where} failed: new boxes are stopped, and old ones serve again`);
      for (const { start, stop } of steps) {
        await this.#begin(start);
        await this.#stop(stop);
      }
      await this.#stopLeftOver();
    } catch (error) {
      this.#run.say(
        `expected the old boxes to serve again, got ${messageOf(error)}; what serves goes on; run up again`,
      );
    }
  }

  /** Who goes and who comes, on the way back. A new box that is made like the old ones is as good as they are, once it has served. */
  #sides({ fresh, old, leftOver, ended }: FleetBoxes, like: string, turn: number) {
    const inTurn = this.#turns[turn] ?? [];
    const places = new Set([...old, ...leftOver, ...ended].map(boxName));
    const isOther = (box: ContainerFacts) => makeOf(box) !== like;
    const tried = this.#inTurns(fresh, turn).filter((box) => !isEnded(box));
    const failed = tried.filter(
      (box) => inTurn.includes(boxName(box)) && (isOther(box) || places.has(boxName(box))),
    );
    const proved = tried.filter((box) => !inTurn.includes(boxName(box)) && isOther(box));
    const going = new Set([...failed, ...proved]);
    const staying = [...old, ...tried.filter((box) => !going.has(box))].map(boxName);
    const back = new Map(ended.filter(({ State }) => !State.Running).map((box) => [boxName(box), box]));
    return {
      failed: failed.map(boxOf),
      proved: proved.filter(({ State }) => State.Running).map(boxOf),
      ended: [...back.values()].map(boxOf).filter(({ name }) => !staying.includes(name)),
    };
  }

  async #begin(boxes: readonly Box[]): Promise<void> {
    if (boxes.length === 0) return;
    const facts = boxes.map((box) => box.facts);
    await startAgain(facts, this.#engine);
    await this.#run.well(Object.fromEntries(boxes.map(({ id, name }) => [name, id])), true);
  }

  #stop(boxes: readonly Box[]): Promise<void> {
    const { network, drainSeconds } = this.#request;
    const facts = boxes.map((box) => box.facts);
    const dealing = dealingOf(this.#request, this.#engine);
    return stopForGood(facts, drainSeconds, { network, dealing, engine: this.#engine });
  }

  /** Of new boxes, those of all turns up to one. */
  #inTurns(fresh: readonly ContainerFacts[], turn: number): ContainerFacts[] {
    const names = this.#turns.slice(0, turn + 1).flat();
    return fresh.filter((box) => names.includes(boxName(box)));
  }

  /** Those that a killed update left beside the old ones, as far as these are enough. */
  async #stopLeftOver(): Promise<void> {
    const { old, leftOver } = await this.#boxes();
    const tooMany = old.length + leftOver.length - this.#request.names.length;
    await this.#stop(leftOver.slice(0, Math.max(0, tooMany)).map(boxOf));
  }

  #boxes(): Promise<FleetBoxes> {
    return fleetBoxes(this.#request, Object.values(this.#ids), this.#engine);
  }
}

function boxOf(facts: ContainerFacts): Box {
  return { id: facts.Id, name: boxName(facts), facts };
}
