import { setTimeout as sleep } from "node:timers/promises";
import { CanaryWindow } from "./CanaryWindow.ts";
import {
  describeFailures,
  describeTraffic,
  hasEnough,
  reasonsToGoBack,
  type OldAndNew,
  type Tally,
} from "./compare.ts";
import type { DealtServer } from "./Dealing.ts";
import type { StepsRequest } from "./request.ts";

/** How often the boxes are looked at. */
const lookEverySeconds = 1;

/** What a step does while it lasts. */
export interface StepRun {
  /** Deals the requests once more, and tells how the boxes are. */
  look: () => Promise<{ servers: readonly DealtServer[]; ill: readonly string[] }>;
  say: (line: string) => void;
  signal: AbortSignal;
  /** Default: each second. */
  lookEverySeconds?: number;
}

/** Whether a step goes on, and what is missing to its end. */
export type Moment = "goesOn" | "waits" | "ends" | "isTooQuiet";

/** Where a step is after so many seconds. The last one has all requests: there is nothing to wait for. */
export function momentOf(
  seconds: number,
  hasAll: boolean,
  { bakeSeconds, patienceSeconds }: Pick<StepsRequest, "bakeSeconds" | "patienceSeconds">,
): Moment {
  if (seconds < bakeSeconds) return "goesOn";
  if (hasAll) return "ends";
  return seconds < bakeSeconds + patienceSeconds ? "waits" : "isTooQuiet";
}

/** A time in which new boxes have a share of the requests, and are compared with the old ones. */
export class CanaryStep {
  readonly #request: StepsRequest;
  readonly #percent: number;
  readonly #earlier: ReadonlyMap<string, Tally>;

  /** @param earlier what old boxes did in the steps before, by application: what counts where they get nothing any more. */
  constructor(request: StepsRequest, percent: number, earlier: ReadonlyMap<string, Tally>) {
    this.#request = request;
    this.#percent = percent;
    this.#earlier = earlier;
  }

  /** What is said when it begins. */
  begins(): string {
    return `the new boxes get ${this.#percent} % of the requests, for ${this.#request.bakeSeconds} s`;
  }

  /** @returns what the boxes did. @throws Error where new ones are worse, are ill, or it is interrupted. */
  async run({
    look,
    say,
    signal,
    lookEverySeconds: every = lookEverySeconds,
  }: StepRun): Promise<OldAndNew[]> {
    const window = new CanaryWindow();
    const begin = Date.now();
    let told: Moment = "goesOn";
    for (;;) {
      if (signal.aborted) throw new Error(this.#interrupted());
      const { servers, ill } = await look();
      window.add(servers);
      const compared = window.compared(this.#isLast() ? this.#earlier : undefined);
      const seconds = (Date.now() - begin) / 1000;
      const moment = momentOf(seconds, this.#isLast() || hasEnough(compared, this.#request), this.#request);
      this.#judge(compared, ill, moment, seconds);
      if (moment === "waits" && told !== moment) say(this.#waits(compared));
      if (moment === "isTooQuiet") say(this.#tooQuiet(compared, "; it goes on"));
      if (moment === "ends") say(describeFailures(compared));
      if (moment === "ends" || moment === "isTooQuiet") return compared;
      told = moment;
      await sleep(every * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  #isLast(): boolean {
    return this.#percent >= 100;
  }

  #judge(compared: readonly OldAndNew[], ill: readonly string[], moment: Moment, seconds: number): void {
    const isEnd = moment === "ends" || moment === "isTooQuiet";
    const reasons = [...ill, ...reasonsToGoBack(compared, this.#request, isEnd)];
    if (reasons.length > 0) throw new Error(this.#describe(reasons, seconds));
    if (moment === "isTooQuiet" && this.#request.tooFewRequests === "goBack")
      throw new Error(this.#describe([this.#tooQuiet(compared, "")], seconds));
  }

  #describe(reasons: readonly string[], seconds: number): string {
    const { fleet } = this.#request;
    const window = `${Math.round(seconds)} s with ${this.#percent} % of the requests`;
    const head = `fleet ${fleet}: expected new boxes that are no worse than the old ones, got worse ones within ${window}; the old boxes have all requests again and go on serving, the new ones are stopped; mend the image and run up again`;
    return [head, ...reasons.map((reason) => `  ${reason}`)].join("\n");
  }

  #waits(compared: readonly OldAndNew[]): string {
    const { minimumRequests, patienceSeconds } = this.#request;
    return `waits for ${minimumRequests} requests to each, for ${patienceSeconds} s at most: ${describeTraffic(compared)} so far`;
  }

  #tooQuiet(compared: readonly OldAndNew[], end: string): string {
    const { minimumRequests, bakeSeconds, patienceSeconds } = this.#request;
    return `expected ${minimumRequests} requests to each within ${bakeSeconds + patienceSeconds} s, got ${describeTraffic(compared)}: too few to judge by${end}`;
  }

  #interrupted(): string {
    return `fleet ${this.#request.fleet}: interrupted; the old boxes have all requests and go on serving; run up again, which begins with the first step`;
  }
}
