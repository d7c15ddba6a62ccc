import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { edgesBehind } from "../../fleets/edge/behind.ts";
import { EdgeRuntime } from "../../fleets/edge/EdgeRuntime.ts";
import { countsBetween, parseCounts, type EdgeCounts } from "./counts.ts";
import { beginsSwap, doorIn } from "./swapped.ts";

const lookEveryMilliseconds = 1000;

/** A watch over the edges behind a door, that counts while an update runs. */
export interface EdgeWatch {
  /** Ends it; what the edges counted in its time, undefined where there was none. */
  end(): Promise<EdgeCounts | undefined>;
}

/** A watch that begins with an update's first swap, so that an update which changes nothing is asked nothing. */
export function watchFromFirstSwap(): EdgeWatch & { see(event: EngineEvent): void } {
  let door: string | undefined;
  let begun = false;
  let watch: Promise<EdgeWatch> | undefined;
  return {
    see: (event) => {
      door ??= doorIn(event);
      begun ||= beginsSwap(event);
      if (begun && door !== undefined) watch ??= watchEdges(door);
    },
    end: async () => (await watch)?.end(),
  };
}

/**
 * Counts what the edges behind a door (its container's id) answer from now on. An edge that is swapped out is asked every second until
 * it has gone: what it answers in its last second is not counted.
 */
async function watchEdges(door: string): Promise<EdgeWatch> {
  const first = await readCounts(door);
  const last = new Map(first);
  const ended = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      if (!ended.signal.aborted) for (const [edge, counts] of await readCounts(door)) last.set(edge, counts);
    });
  }, lookEveryMilliseconds);
  timer.unref();
  return {
    end: async () => {
      clearInterval(timer);
      ended.abort();
      await looking;
      for (const [edge, counts] of await readCounts(door)) last.set(edge, counts);
      return last.size === 0 ? undefined : countsBetween(first, last);
    },
  };
}

/** What each running edge behind a door has counted; none where the engine does not answer. */
export async function readCounts(door: string): Promise<Map<string, EdgeCounts>> {
  const told = await Promise.all(
    (await edgesBehind(door).catch(() => [])).map(async (edge) => {
      const json = await new EdgeRuntime(edge).statistics();
      // One that has just started or is about to end does not answer.
      return json?.startsWith("[") ? [[edge, parseCounts(json)] as const] : [];
    }),
  );
  return new Map(told.flat());
}
