import { z } from "zod";
import { seconds, whole } from "./forms.ts";
import { matchingText } from "./text.ts";

const surge = "a whole number from 1, or a percentage such as 25%";

/** When new boxes are good: the key `gate` of a placement. */
export const gateSchema = z
  .strictObject({
    timeoutSeconds: seconds.default(60).describe("A new box must be healthy within this time."),
    steadySeconds: seconds.default(3).describe("… and stay healthy for this time."),
  })
  .prefault({});

/** How requests go over to new boxes: the key `swap` of a placement whose target is instances or containers. */
export const swapSchema = z
  .strictObject({
    canary: z
      .array(whole(1, 100, "percent from 1 to 100"))
      .min(1)
      .optional()
      .describe("Percent of the requests that the new boxes get, step by step; rising, the last one 100."),
    maxSurge: z
      .union([whole(1, 1000, surge), matchingText(/^([1-9]\d?|100)%$/, surge)], { error: surge })
      .optional()
      .describe(
        "Containers: at most so many boxes more than `boxes` run at any time, or so many percent of them, rounded up: the swap goes by turns. Default: all new ones beside all old ones.",
      ),
    bakeSeconds: whole(0, 86_400, "seconds from 0 to 86400")
      .default(120)
      .describe(
        "How long each step lasts before the next; an alarm (instances), or new boxes that are worse (containers), undo the swap.",
      ),
    errorPercent: z
      .number({ error: "percent from 0 to 100" })
      .min(0, { error: "percent from 0 to 100" })
      .max(100, { error: "percent from 0 to 100" })
      .default(1)
      .describe(
        "Instances: more of the new boxes' answers than this being 5xx, within a minute, is an alarm. Containers: so many points more of their requests may fail than of the old boxes' in the same time. 100: failures do not count.",
      ),
    slowerPercent: whole(10, 10_000, "percent from 10 to 10000")
      .optional()
      .describe(
        "Containers: new boxes may take so much longer to answer than the old ones in the same time, on average; 100 ms are always allowed. Default: 200, thrice as long.",
      ),
    minimumRequests: whole(0, 1_000_000, "a whole number from 0 to 1000000")
      .optional()
      .describe(
        "Containers: so many requests must have come to old boxes and to new ones before a step ends; it lasts longer for it. Default: 200.",
      ),
    patienceSeconds: whole(0, 86_400, "seconds from 0 to 86400")
      .optional()
      .describe("Containers: how much longer, at most. Default: 600."),
    tooFewRequests: z
      .enum(["proceed", "goBack"])
      .optional()
      .describe(
        "Containers: what becomes of a step that had too few requests even then; proceed: the next one begins, goBack: the old boxes serve on. Default: proceed.",
      ),
    alarms: z
      .array(matchingText(/^[^\s*]+$/, "the name of a CloudWatch alarm"))
      .default([])
      .describe("Instances: alarms of your own, by name, that undo the swap too."),
  })
  .describe(
    "How new boxes take over: step by step (`canary`, for instances and containers), or by turns (`maxSurge`, for containers); default: all, as soon as they are healthy.",
  );

export type SwapSettings = z.output<typeof swapSchema>;
/** Of a swap in which requests go over step by step. */
export type CanarySettings = SwapSettings & { canary: number[] };

/** What is said of a swap, where it has steps. */
export function canarySettings(swap: SwapSettings | undefined): CanarySettings | undefined {
  return swap?.canary && { ...swap, canary: swap.canary };
}
