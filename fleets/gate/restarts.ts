/** What a gate remembers from its first look on: how often each box had been started again until then. */
export type FirstRestarts = ReadonlyMap<string, number>;

/** Restarts of boxes at one look. */
interface Restarted {
  name: string;
  restarts: number;
}

/** What the first look saw. */
export function firstRestarts(states: readonly Restarted[]): FirstRestarts {
  return new Map(states.map(({ name, restarts }) => [name, restarts]));
}

/** The states with their restarts since the first look; an engine that is started anew counts from 0. */
export function sinceFirst<T extends Restarted>(states: readonly T[], first: FirstRestarts): T[] {
  return states.map((state) => ({
    ...state,
    restarts: Math.max(0, state.restarts - (first.get(state.name) ?? 0)),
  }));
}

/**
 * The container ids that an earlier run of the same gate let pass, from what that printed; none when it printed nothing, or
 * something else.
 */
export function passedBefore(printed: string | undefined): ReadonlySet<string> {
  try {
    const ids: unknown = JSON.parse(printed ?? "[]");
    return new Set(Array.isArray(ids) ? ids.map(String) : []);
  } catch {
    return new Set();
  }
}

/** What a gate prints for its next run: the container ids of the boxes that have passed. */
export function passedNow(boxes: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.values(boxes).sort());
}
