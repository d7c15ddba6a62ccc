import type { Asked } from "./asked.ts";

/** So long may what was killed be away. */
export const recoverySeconds = 30;

/** So long after an end may a client send on a connection that it had kept, and not have heard of its end. */
export const heardMilliseconds = 250;

/** When something was killed, by `performance.now()`, and the applications that are away until it has come back. */
export interface Killed {
  from: number;
  until: number;
  away: readonly string[];
  /** The applications whose exchanges went through it; default: all. */
  cuts?: readonly string[];
  /** The box that it was: what another one had answered went on. */
  box?: string;
}

/**
 * Requests that failed and must not have: those that were not in flight on what was killed, and neither began within the time of
 * recovery, to what was away.
 */
export function lostOf(asked: readonly Asked[], { from, until, away, cuts, box }: Killed): Asked[] {
  const wasThere = (each: Asked) =>
    (cuts?.includes(each.application) ?? true) &&
    (box === undefined || each.box === undefined || each.box === box);
  const wasInFlight = (each: Asked) => each.began <= until && from <= each.ended && wasThere(each);
  const wasAway = ({ application, began }: Asked) =>
    away.includes(application) && began >= from && began <= until + recoverySeconds * 1000;
  return asked.filter((each) => each.failure !== undefined && !wasInFlight(each) && !wasAway(each));
}

/** What became of orders. */
export interface Stored {
  /** Acknowledged, and not there. */
  lost: string[];
  /** There more than once. */
  twice: string[];
  /** There, though nobody has sent them. */
  strange: string[];
}

/**
 * Compares what was sent with what is stored, name by name.
 * @param rows how often each is there. One whose answer did not come may be there or not.
 */
export function storedOf(asked: readonly Asked[], rows: ReadonlyMap<string, number>): Stored {
  const sent = asked.flatMap(({ order, failure }) => (order === undefined ? [] : [{ order, failure }]));
  const known = new Set(sent.map(({ order }) => order));
  return {
    lost: sent
      .filter(({ order, failure }) => failure === undefined && !rows.has(order))
      .map(({ order }) => order),
    twice: [...rows].filter(([, count]) => count > 1).map(([order]) => order),
    strange: [...rows.keys()].filter((order) => !known.has(order)),
  };
}

/** Texts, and how often each is there. */
export function counts(texts: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(texts, (each) => each)].map(([text, all]) => [text, all.length]));
}

/** What failed, and how, in few words. */
export function saidOf({ what, failure = "" }: Asked): string {
  return `${what}: ${failure}`;
}
