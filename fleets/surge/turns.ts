/** A box of a fleet, as far as turns are about it. */
export interface TurnBox {
  id: string;
  /** Which of the fleet's boxes it is: `shop-1`. */
  name: string;
}

/** The new boxes of each turn, so many at a time. */
export function turnsOf<T>(boxes: readonly T[], maxSurge: number): T[][] {
  const turns = Math.ceil(boxes.length / maxSurge);
  return Array.from({ length: turns }, (_, index) => boxes.slice(index * maxSurge, (index + 1) * maxSurge));
}

/**
 * The old boxes that go when new ones serve: as many as there are too many. First those whose places new ones have taken, then those that
 * have none any more (fewer are to be), and those that wait for their turn only after them: they may be ones that stay.
 * @param fresh new boxes that serve. @param others all others that run. @param count how many there are to be.
 * @param names of those that there are to be.
 */
export function mayGo<T extends TurnBox>(
  fresh: readonly TurnBox[],
  others: readonly T[],
  count: number,
  names: readonly string[],
): T[] {
  const taken = new Set(fresh.map(({ name }) => name));
  const rank = ({ name }: TurnBox) => (taken.has(name) ? 0 : names.includes(name) ? 2 : 1);
  const tooMany = Math.max(0, fresh.length + others.length - count);
  return others.toSorted((a, b) => rank(a) - rank(b)).slice(0, tooMany);
}

/** One step of the way back: old boxes begin to serve again, and then new ones go. */
export interface StepBack<T> {
  start: T[];
  stop: T[];
}

/**
 * How old boxes come back in the place of new ones, so many at a time, none of which goes before an old one serves.
 * @param failed those of the turn that failed: they have taken nobody's place yet. @param proved those of the turns before.
 * @param ended the old ones that have gone.
 */
export function stepsBack<T>(
  { failed, proved, ended }: Readonly<Record<"failed" | "proved" | "ended", readonly T[]>>,
  maxSurge: number,
): StepBack<T>[] {
  const last = proved.toReversed();
  const steps = turnsOf(ended, maxSurge).map((start, index) => ({
    start,
    stop: last.slice(index * maxSurge, index * maxSurge + start.length),
  }));
  const rest = last.slice(ended.length);
  return [{ start: [], stop: [...failed] }, ...steps, { start: [], stop: rest }].filter(
    ({ start, stop }) => start.length + stop.length > 0,
  );
}

/** A box that runs before the first turn. */
export interface SeenBox extends TurnBox {
  isWell: boolean;
  /** Whether it came with an update that did not end: beside what serves, and was not proved, or not all of it was. */
  isLeftOver: boolean;
}

/** Those that make room for a first turn: leftovers, the last ones first, as far as there are more boxes than are to be; who serves stays longest. */
export function makingRoom<T extends SeenBox>(running: readonly T[], count: number): T[] {
  const leftOver = running.filter(({ isLeftOver }) => isLeftOver).toReversed();
  const inOrder = [...leftOver.filter((box) => !box.isWell), ...leftOver.filter((box) => box.isWell)];
  return inOrder.slice(0, Math.max(0, running.length - count));
}
