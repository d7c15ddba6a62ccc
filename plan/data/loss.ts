import type { Problem } from "../../config/problem.ts";
import type { Configuration } from "../../config/schema.ts";

/** What of the configuration says where data is. */
export type DataConfiguration = Pick<
  Configuration,
  "accessories" | "applications" | "fleets" | "environment"
>;

/** Data that an update would take away, and how that is avoided. */
export interface Loss extends Problem {
  /** Whose data it is: `database`, `box 2 of orders`. */
  owner: string;
}

/** Where the manual ways are written down. */
const page = "docs/fleets.md, Data that stays";

/** The way out where the data is meant to be somewhere else. */
export const moveByHand = `put it back, or move the data first (${page})`;

/** The way out where a command takes an accessory's data along. */
export function moveByCommand(accessory: string, places: readonly string[]): string {
  const to = places.length === 1 ? places.join("") : "ENGINE";
  return `put it back, or run npm run move -- ${accessory} --to ${to} (${page})`;
}

/** The way out where the data's owner is gone: back, its new name, or giving the data up. */
export function wayBack(
  section: "accessories" | "fleets",
  name: string,
  successors: readonly string[],
): string {
  const renamed = (successors.length > 0 ? successors : ["NEW"])
    .map((successor) => `${section}.${successor}.renamedFrom: ${name}`)
    .join(" or ");
  return `put it back; or, if it has another name now, say ${renamed}; or give the data up (${page})`;
}

/** The way out where no application has a named volume any more. */
export const wayBackOfVolume = `put it back; or give the data up (${page})`;
