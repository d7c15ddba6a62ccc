import { graver } from "./database/severity.ts";
import type { Advisory } from "./database/Advisory.ts";
import type { Hole } from "./finding/HoleFinding.ts";

/**
 * The holes that advisories on one version of a package tell of, each once, by name.
 * @param builtAt when the package came into its layer.
 */
export function holesOf(
  advisories: readonly Advisory[],
  builtAt: string,
  compare: (a: string, b: string) => number,
): Hole[] {
  const byName = Map.groupBy(
    advisories.flatMap((advisory) => advisory.holes.map((name) => ({ name, advisory }))),
    ({ name }) => name,
  );
  return [...byName]
    .map(([name, told]) =>
      holeOf(
        name,
        told.map(({ advisory }) => advisory),
        builtAt,
        compare,
      ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function holeOf(
  name: string,
  told: readonly Advisory[],
  builtAt: string,
  compare: (a: string, b: string) => number,
): Hole {
  const severity = told.map((each) => each.severity).reduce(graver, undefined);
  const fixed =
    told
      .map((each) => each.fixed)
      .sort(compare)
      .at(-1) ?? "";
  return {
    name,
    advisories: [...new Set(told.map(({ id }) => id))].sort(),
    ...(severity && { severity }),
    fixed,
    ...since(told, builtAt),
  };
}

/**
 * Since when a hole can be mended. Where no advisory says it: no earlier than it was known, and no earlier than its layer was built,
 * for that has the newest packages of its day.
 */
function since(told: readonly Advisory[], builtAt: string): Pick<Hole, "since" | "sinceAtLeast"> {
  const [mended] = told.flatMap(({ fixedAt }) => fixedAt ?? []).sort(byTime);
  if (mended !== undefined) return { since: mended };
  const known = told.flatMap(({ knownAt }) => knownAt ?? []).sort(byTime)[0];
  const latest = known !== undefined && byTime(known, builtAt) > 0 ? known : builtAt;
  return { since: latest, sinceAtLeast: true };
}

function byTime(a: string, b: string): number {
  return new Date(a).getTime() - new Date(b).getTime();
}
