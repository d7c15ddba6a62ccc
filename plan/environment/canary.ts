import type { CanarySettings } from "../../config/swap.ts";

/** How requests go over from old containers to new ones. */
export interface CanaryPlan {
  /** Percent of the requests that new boxes get, step by step; the last one 100. */
  percents: number[];
  /** How long each step lasts, at least. */
  bakeSeconds: number;
  /** So many points more of their requests may fail than of the old boxes'. */
  errorPercent: number;
  /** So much longer they may take to answer. */
  slowerPercent: number;
  /** Of fewer requests, to old or to new boxes, a step is not judged. */
  minimumRequests: number;
  /** How much longer a step lasts, at most, until there are so many. */
  patienceSeconds: number;
  /** What becomes of a step that had not so many even then. */
  tooFewRequests: "proceed" | "goBack";
}

/** What is said of a swap, with what holds where nothing is said. */
export function canaryPlan({ canary, bakeSeconds, errorPercent, ...own }: CanarySettings): CanaryPlan {
  return {
    percents: canary,
    bakeSeconds,
    errorPercent,
    slowerPercent: own.slowerPercent ?? 200,
    minimumRequests: own.minimumRequests ?? 200,
    patienceSeconds: own.patienceSeconds ?? 600,
    tooFewRequests: own.tooFewRequests ?? "proceed",
  };
}
