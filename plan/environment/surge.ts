import type { Configuration } from "../../config/schema.ts";

/**
 * How many boxes more than there are to be may run at a time in a swap, one at least; undefined: as many as there are, so that all new ones
 * come at once.
 */
export function surgePlan({
  boxes,
  swap,
}: Pick<Configuration["environment"]["fleets"][string], "boxes" | "swap">): number | undefined {
  const { maxSurge } = swap ?? {};
  if (maxSurge === undefined) return undefined;
  const count = typeof maxSurge === "number" ? maxSurge : Math.ceil((boxes * parseInt(maxSurge, 10)) / 100);
  return count < boxes ? count : undefined;
}

/** How many turns a swap has, of so many boxes at most. */
export function turnCount(boxes: number, maxSurge: number): number {
  return Math.ceil(boxes / maxSurge);
}
