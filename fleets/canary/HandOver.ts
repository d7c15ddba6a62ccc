import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import { fleetBoxes, isSwap, type FleetBoxes } from "./boxes.ts";
import { CanaryStep } from "./CanaryStep.ts";
import type { Tally } from "./compare.ts";
import { summed } from "./counts.ts";
import { Dealing } from "./Dealing.ts";
import { Illness } from "./Illness.ts";
import { startAgain, stopForGood } from "./power.ts";
import type { StepsRequest } from "./request.ts";

/** How it is seen and stopped. */
export interface HandOverRun {
  /** What happens, line by line. */
  say: (line: string) => void;
  /** Leads all requests back to the old boxes; the new ones are kept for the next update. */
  signal: AbortSignal;
  /** How often the boxes are looked at while a step lasts; default: each second. */
  lookEverySeconds?: number;
}

/** Leads a fleet's requests from old boxes to new ones, step by step, as long as these are no worse. */
export class HandOver {
  readonly #request: StepsRequest;
  readonly #ids: readonly string[];
  readonly #engine: DockerClient;
  readonly #run: HandOverRun;
  readonly #dealing: Dealing;

  /** @param ids container ids of the new boxes. */
  constructor(request: StepsRequest, ids: readonly string[], engine: DockerClient, run: HandOverRun) {
    this.#request = request;
    this.#ids = ids;
    this.#engine = engine;
    this.#run = run;
    this.#dealing = new Dealing(request, engine);
  }

  /** Has the new boxes run, also where an earlier try has stopped them. */
  async begin(): Promise<void> {
    await this.keepAway();
    await startAgain((await this.#boxes()).fresh, this.#engine);
  }

  /** Keeps requests from the new boxes, until they are healthy. */
  async keepAway(): Promise<void> {
    const boxes = await this.#boxes();
    if (isSwap(boxes) && !boxes.isDecided) await this.#dealing.deal(0, boxes);
  }

  /** All steps, to the end of the old boxes. @throws Error where the new ones are worse: the old ones have all requests again. */
  async lead(): Promise<void> {
    const before = await this.#boxes();
    const isOver = isSwap(before);
    if (isOver && !before.isDecided)
      await this.#steps().catch(async (error: unknown) => {
        await this.undo();
        throw error;
      });
    const boxes = await this.#boxes();
    if (isOver) {
      await this.#dealing.deal(100, boxes);
      this.#run.say("all requests go to the new boxes; the old ones drain");
    }
    await this.#stop([...(isOver ? boxes.old : []), ...boxes.leftOver]);
    await this.#dealing.release();
  }

  /** Stops the new boxes, and has the old ones serve as before. */
  async goBack(): Promise<void> {
    const boxes = await this.#boxes();
    if (!isSwap(boxes) || boxes.isDecided) return;
    await this.#dealing.deal(0, boxes);
    await this.#stop([...boxes.fresh, ...boxes.leftOver]);
    await this.#dealing.release();
  }

  async #steps(): Promise<void> {
    const illness = new Illness(this.#ids);
    const earlier = new Map<string, Tally>();
    for (const percent of this.#request.percents) {
      const step = new CanaryStep(this.#request, percent, earlier);
      this.#run.say(step.begins());
      const compared = await step.run({
        look: async () => {
          const boxes = await this.#boxes();
          const servers = await this.#dealing.deal(percent, boxes);
          return { servers, ill: illness.see(boxes.fresh, servers) };
        },
        ...this.#run,
      });
      for (const { name, old } of compared)
        if (percent < 100) earlier.set(name, summed([earlier.get(name) ?? { requests: 0, errors: 0 }, old]));
    }
  }

  /** What a failure comes to: {@link goBack}; who interrupts it is in a hurry, and has the requests led back, and no more. */
  async undo(): Promise<void> {
    try {
      if (this.#run.signal.aborted) await this.keepAway();
      else await this.goBack();
    } catch (error) {
      this.#run.say(`expected to lead all requests back, got ${messageOf(error)}; run up again`);
    }
  }

  #boxes(): Promise<FleetBoxes> {
    return fleetBoxes(this.#request, this.#ids, this.#engine);
  }

  #stop(boxes: readonly ContainerFacts[]): Promise<void> {
    const { network, drainSeconds } = this.#request;
    return stopForGood(boxes, drainSeconds, { network, dealing: this.#dealing, engine: this.#engine });
  }
}
