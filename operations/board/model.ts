import type { DriftReport } from "../drift/finding/finding.ts";
import type { SwapRecord } from "../swap/record.ts";
import type { RecordedFleet } from "../state/fleet.ts";

/** One layer in its place, over all stacks. */
export interface BoardLayer {
  /** `base.python.catalog`. */
  id: string;
  /** The image id that each stack has of it. */
  images: { stack: string; image: string }[];
  /** What the image weighs without the one below; absent where this engine does not have it. */
  bytes?: number;
}

/** One update of a stack. */
export interface BoardUpdate {
  start: Date;
  seconds: number;
  result: string;
  /** What it did: `3 replaced, 22 unchanged`. */
  changes: string;
  /** What it swapped, and what that cost in requests; absent for one that swapped nothing, or that another program ran. */
  swap?: SwapRecord;
}

/** One stack, newest update first. */
export interface BoardStack {
  name: string;
  url?: string;
  /** Releases that have everything that it runs. */
  releases: string[];
  fleets: RecordedFleet[];
  updates: BoardUpdate[];
  /** Absent where nobody looked. */
  drift?: DriftReport;
}

/** A release, newest first. */
export interface BoardRelease {
  name: string;
  images: number;
  runsIn: string[];
}

/** All that the page shows. */
export interface Board {
  made: Date;
  layers: BoardLayer[];
  stacks: BoardStack[];
  releases: BoardRelease[];
}

/** What two stacks run differently: a layer, or a fleet only one of them has. */
export interface StackDifference {
  what: string;
  values: { stack: string; value: string }[];
}

/**
 * Layers that are not alike in all stacks that run anything. A stack that takes a release names only what its boxes run: a layer below
 * one of these is in it, and is no difference.
 */
export function stackDifferences({ layers, stacks }: Board): StackDifference[] {
  const running = stacks.filter(({ fleets }) => fleets.length > 0).map(({ name }) => name);
  const isBelow = (id: string, stack: string) =>
    layers.some(
      (other) => other.id.startsWith(`${id}.`) && other.images.some((each) => each.stack === stack),
    );
  const rows = layers.map(({ id, images }) => ({
    what: `layer ${id}`,
    values: running.map((stack) => ({
      stack,
      value: images.find((each) => each.stack === stack)?.image ?? "",
    })),
  }));
  return rows.filter(({ what, values }) => {
    const id = what.replace("layer ", "");
    const told = values.filter(({ stack, value }) => value !== "" || !isBelow(id, stack));
    return new Set(told.map(({ value }) => value)).size > 1;
  });
}
