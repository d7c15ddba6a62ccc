import type { CanaryPlan } from "../../plan/environment/canary.ts";
import { chanceOf, type Outcome } from "./chance.ts";

/** What boxes did in a window. */
export interface Tally extends Outcome {
  /** How long they took to answer, on average; undefined where that is not known. */
  milliseconds?: number | undefined;
}

/** What old and new boxes did of one application, or of one of its further ports. */
export interface OldAndNew {
  name: string;
  old: Tally;
  fresh: Tally;
}

/** By chance, one window of a thousand were taken for worse at its end; while it lasts it is looked at every second, so by less. */
const atTheEnd = 1e-3;
const meanwhile = 1e-5;
/** Who answers by so much later is not slow, whatever the percentage. */
const leastMillisecondsSlower = 100;

/**
 * Why new boxes are worse than the old ones; none when they are not, or it may be chance. `isEnd`: of the window, when times are
 * compared, too.
 */
export function reasonsToGoBack(
  compared: readonly OldAndNew[],
  limits: Pick<CanaryPlan, "errorPercent" | "slowerPercent" | "minimumRequests">,
  isEnd: boolean,
): string[] {
  return compared.flatMap((each) => [
    ...(failsMore(each, limits.errorPercent, isEnd ? atTheEnd : meanwhile) ? [failures(each)] : []),
    ...(isEnd && isSlower(each, limits) ? [slowness(each)] : []),
  ]);
}

/** Whether there is enough to be judged by: of old and of new boxes. */
export function hasEnough(
  compared: readonly OldAndNew[],
  { minimumRequests }: Pick<CanaryPlan, "minimumRequests">,
): boolean {
  return total(compared, "old") >= minimumRequests && total(compared, "fresh") >= minimumRequests;
}

/** `204 requests to new boxes and 1810 to old ones`. */
export function describeTraffic(compared: readonly OldAndNew[]): string {
  return `${total(compared, "fresh")} requests to new boxes and ${total(compared, "old")} to old ones`;
}

/** `new boxes failed 12 of 204 requests (5.9 %), old ones 0 of 1810 requests (0.0 %)`, of all applications. */
export function describeFailures(compared: readonly OldAndNew[]): string {
  const sum = (side: "old" | "fresh"): Outcome => ({
    requests: total(compared, side),
    errors: compared.reduce((errors, each) => errors + each[side].errors, 0),
  });
  return `new boxes failed ${share(sum("fresh"))}, old ones ${share(sum("old"))}`;
}

function total(compared: readonly OldAndNew[], side: "old" | "fresh"): number {
  return compared.reduce((sum, each) => sum + each[side].requests, 0);
}

/** By more points than they may, and not by chance. */
function failsMore({ old, fresh }: OldAndNew, errorPercent: number, chance: number): boolean {
  if (errorPercent >= 100 || fresh.errors === 0) return false;
  const more = 100 * (rate(fresh) - rate(old));
  return more > errorPercent && chanceOf(fresh, old) < chance;
}

function isSlower(
  { old, fresh }: OldAndNew,
  { slowerPercent, minimumRequests }: Pick<CanaryPlan, "slowerPercent" | "minimumRequests">,
): boolean {
  if (old.milliseconds === undefined || fresh.milliseconds === undefined) return false;
  if (Math.min(old.requests, fresh.requests) < Math.max(1, minimumRequests)) return false;
  const later = fresh.milliseconds - old.milliseconds;
  return later >= leastMillisecondsSlower && later > (old.milliseconds * slowerPercent) / 100;
}

function rate({ requests, errors }: Outcome): number {
  return requests === 0 ? 0 : errors / requests;
}

function failures({ name, old, fresh }: OldAndNew): string {
  return `${name}: new boxes failed ${share(fresh)}, old ones ${share(old)}`;
}

function share(outcome: Outcome): string {
  return `${outcome.errors} of ${outcome.requests} requests (${(100 * rate(outcome)).toFixed(1)} %)`;
}

function slowness({ name, old, fresh }: OldAndNew): string {
  const time = ({ milliseconds = 0, requests }: Tally) =>
    `${Math.round(milliseconds)} ms on average (${requests} requests)`;
  return `${name}: new boxes took ${time(fresh)}, old ones ${time(old)}`;
}
