import type { Configuration } from "../schema.ts";

/** The applications of the fleets that run, in alphabetical order. */
export function placed({ environment, fleets }: Pick<Configuration, "environment" | "fleets">): string[] {
  return Object.keys(environment.fleets)
    .flatMap((fleet) => fleets[fleet]?.applications ?? [])
    .sort();
}
