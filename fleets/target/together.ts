import type { Running } from "./Target.ts";

/** All that runs, one target after the other: requests come in where the last one says. */
export function together(all: readonly Running[]): Running {
  const none: Running = { fleets: {}, proved: [] };
  return all.reduce(
    (before, { url = before.url, fleets, proved, handover, ...rest }) => ({
      ...before,
      ...rest,
      ...(url !== undefined && { url }),
      fleets: { ...before.fleets, ...fleets },
      proved: [...before.proved, ...proved],
      ...((before.handover ?? handover) && { handover: { ...before.handover, ...handover } }),
    }),
    none,
  );
}
