import type { Environment } from "../../config/schema.ts";
import { surgePlan, turnCount } from "../../plan/environment/surge.ts";
import type { FleetLine } from "./line.ts";

/** A fleet's line with the turns of its swap, where it cannot have all new boxes beside all old ones. */
export function withTurns(line: FleetLine, environment: Pick<Environment, "fleets"> | undefined): FleetLine {
  // On other machines: `north.catalog`.
  const placement = environment?.fleets[line.name.split(".").at(-1) ?? line.name];
  if (placement?.target !== "containers" || (line.action !== "swap" && line.action !== "follow")) return line;
  const maxSurge = surgePlan(placement);
  return maxSurge === undefined
    ? line
    : { ...line, turns: { turns: turnCount(placement.boxes, maxSurge), maxSurge } };
}

/** `; in 4 turns, with 1 box more at a time`; empty where there is one turn. */
export function describeTurns({ turns }: FleetLine): string {
  if (!turns) return "";
  const more = turns.maxSurge === 1 ? "1 box" : `${turns.maxSurge} boxes`;
  return `; in ${turns.turns} turns, with ${more} more at a time`;
}
