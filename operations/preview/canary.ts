import type { Environment } from "../../config/schema.ts";
import type { FleetLine } from "./line.ts";

/** A fleet's line with the steps in which requests go over to new boxes, where it may be swapped so. */
export function withCanary(line: FleetLine, environment: Pick<Environment, "fleets"> | undefined): FleetLine {
  // On other machines: `north.catalog`.
  const fleet = line.name.split(".").at(-1) ?? line.name;
  const { swap, target } = environment?.fleets[fleet] ?? {};
  if (!swap?.canary || (target !== "containers" && target !== "instances")) return line;
  if (line.action !== "swap" && line.action !== "follow") return line;
  return { ...line, canary: { percents: swap.canary, bakeSeconds: swap.bakeSeconds } };
}

/** `; a canary: the new ones get 10 %, then 50, 100 % of the requests, for 120 s each, …`; empty where there is none. */
export function describeCanary({ canary }: FleetLine): string {
  if (!canary) return "";
  const [first = 100, ...others] = canary.percents;
  const then = others.length === 0 ? "" : `, then ${others.join(", ")} %`;
  return `; a canary: the new ones get ${first} %${then} of the requests, for ${canary.bakeSeconds} s each, and go if they are worse`;
}
