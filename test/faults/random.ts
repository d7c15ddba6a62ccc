/** Numbers by chance that come again with their seed. */
export interface Random {
  /** A whole number from 0 up to, but without, `end`. */
  below(end: number): number;
  /** One of them. @throws Error when there are none. */
  oneOf<T>(all: readonly T[]): T;
}

/** Chance from a seed, a whole number: the same calls give the same numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return {
    below,
    oneOf: (all) => {
      if (all.length === 0) throw new Error("expected something to choose from, got nothing");
      return all[below(all.length)] as (typeof all)[number];
    },
  };
}

/** The seed in FAULTS_SEED, else a new one. @throws Error when it is no whole number. */
export function seedOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * 2 ** 32);
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(
    `seed: expected a whole number, got ${JSON.stringify(text)}; give what an earlier run printed`,
  );
}
