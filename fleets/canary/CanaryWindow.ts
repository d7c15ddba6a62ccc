import type { OldAndNew, Tally } from "./compare.ts";
import { between, summed, type ServerCounts } from "./counts.ts";
import type { DealtServer } from "./Dealing.ts";

/** What was seen of one server in the window. */
interface Seen {
  backend: string;
  side: "old" | "fresh";
  first: ServerCounts;
  last: ServerCounts;
  /** What it did before its edge was started again, and counted anew. */
  before: Tally[];
}

const nothing: ServerCounts = { requests: 0, errors: 0, milliseconds: 0 };

/** What old and new boxes do while a step lasts: at all edges, look by look. */
export class CanaryWindow {
  readonly #seen = new Map<string, Seen>();

  /** Notes a look; the first one is the beginning. */
  add(servers: readonly DealtServer[]): void {
    for (const { edge, backend, name, address, side, counts } of servers) {
      if (side !== "old" && side !== "fresh") continue;
      const key = `${edge} ${backend}/${name} ${address} ${side}`;
      const seen = this.#seen.get(key);
      if (!seen) this.#seen.set(key, { backend, side, first: counts, last: counts, before: [] });
      else this.#seen.set(key, continued(seen, counts));
    }
  }

  /** By application, and by further port. @param earlier what old boxes did in other windows, where they do nothing in this one. */
  compared(earlier: ReadonlyMap<string, Tally> = new Map()): OldAndNew[] {
    const names = [...new Set([...this.#seen.values()].map(({ backend }) => backend))].sort();
    return names.map((name) => {
      const { milliseconds: _, ...known } = earlier.get(name) ?? { requests: 0, errors: 0 };
      return { name, old: summed([known, this.#tally(name, "old")]), fresh: this.#tally(name, "fresh") };
    });
  }

  #tally(name: string, side: Seen["side"]): Tally {
    const own = [...this.#seen.values()].filter((each) => each.backend === name && each.side === side);
    return summed(own.flatMap(({ before, first, last }) => [...before, between(first, last)]));
  }
}

function continued(seen: Seen, counts: ServerCounts): Seen {
  if (counts.requests >= seen.last.requests) return { ...seen, last: counts };
  const before = [...seen.before, between(seen.first, seen.last)];
  return { ...seen, before, first: nothing, last: counts };
}
