import type { Environment } from "../../config/schema.ts";
import { defaultInstances } from "../../config/instances.ts";
import { hourlyPrice } from "./prices.ts";

/** What a swap of instances costs while old and new boxes run, at most: when they take as long as they may. */
export interface SwapCost {
  /** Hours of one instance. */
  instanceHours: number;
  instanceType: string;
  /** Undefined: the table has no price for it. */
  dollars?: number;
  /** The month of that price. */
  pricesAsOf?: string;
}

/** The cost of a swap to so many boxes; undefined for a fleet that does not run on instances here. */
export function swapCost(
  environment: Pick<Environment, "aws" | "fleets"> | undefined,
  fleet: string,
  boxes: number,
): SwapCost | undefined {
  const placement = environment?.fleets[fleet];
  if (!environment?.aws || placement?.target !== "instances") return undefined;
  const { instances = defaultInstances, swap, drainSeconds, gate } = placement;
  const bakeSeconds = (swap?.canary?.length ?? 0) * (swap?.bakeSeconds ?? 0);
  const seconds = instances.startMinutes * 60 + gate.steadySeconds + bakeSeconds + drainSeconds;
  const instanceHours = (boxes * seconds) / 3600;
  const price = hourlyPrice(environment.aws.region, instances.type);
  return {
    instanceHours,
    instanceType: instances.type,
    ...(price && { dollars: price.dollars * instanceHours, pricesAsOf: price.asOf }),
  };
}

/** `at most 0.36 hours of t3.small while both groups run, $0.01 by prices of January 2025`. */
export function describeCost({ instanceHours, instanceType, dollars, pricesAsOf }: SwapCost): string {
  const hours = `at most ${instanceHours.toFixed(2)} hours of ${instanceType} while both groups run`;
  if (dollars === undefined || pricesAsOf === undefined)
    return `${hours} (operations/preview/prices.ts has no price for it)`;
  return `${hours}, $${dollars.toFixed(2)} by prices of ${pricesAsOf}`;
}
