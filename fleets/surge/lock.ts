import { sha256 } from "../../plan/digest.ts";
import type { TurnsPlace } from "./request.ts";

/** The name of the lock that whoever takes or makes room for turns of a fleet holds. */
export function turnsLock({ network, fleet }: Pick<TurnsPlace, "network" | "fleet">): string {
  return `turns-${sha256(`${network} ${fleet}`).slice(0, 16)}`;
}
