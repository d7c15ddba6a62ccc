import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** A bare number says nothing without the environment that counts it. */
export function promotionProblems({ environment }: Configuration): Problem[] {
  const { release, promoteFrom } = environment;
  if (release === undefined || promoteFrom !== undefined || !/^\d+$/.test(String(release))) return [];
  return [
    {
      path: "environment.release",
      expected: "ENVIRONMENT/NUMBER where there is no promoteFrom",
      got: String(release),
      fix: `write for example dev/${release}`,
    },
  ];
}
