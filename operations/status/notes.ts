import { describeBase, type AgedBase } from "../age/bases.ts";
import { formatAge } from "../text/format.ts";
import type { BoxStatus } from "./report.ts";

const daySeconds = 86_400;

/** What is said of a stack beside its boxes: bases that are no longer looked after, and boxes older than is declared. */
export function statusNotes(
  aged: readonly AgedBase[],
  boxes: readonly BoxStatus[],
  maximumDays: number | undefined,
): string[] {
  return [...aged.map(describeBase), ...oldBoxes(boxes, maximumDays)];
}

/** The door only sleeps, and a host is configured, not replaced. */
function oldBoxes(boxes: readonly BoxStatus[], maximumDays: number | undefined): string[] {
  if (maximumDays === undefined) return [];
  return boxes
    .filter(
      ({ kind, ageSeconds = 0 }) =>
        kind !== "door" && kind !== "host" && ageSeconds > maximumDays * daySeconds,
    )
    .map(
      ({ box, ageSeconds = 0 }) =>
        `${box}: ${formatAge(ageSeconds)} old, more than ${maximumDays} d (environment.maximumBoxAgeDays); npm run drift -- --repair`,
    );
}
