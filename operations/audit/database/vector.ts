import cvss from "ae-cvss-calculator";
import type { Severity } from "../../../config/holes.ts";

/** The severity of a CVSS vector of any version, by its base score as NVD rates it; undefined where it is none. */
export function severityOfVector(vector: string): Severity | undefined {
  const score = scoreOf(vector);
  if (score === undefined || Number.isNaN(score)) return undefined;
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  return score >= 4 ? "medium" : "low";
}

/** What is used of the library, whose own types point to files that this compiler does not find. */
const { fromVector } = cvss as unknown as {
  fromVector: (vector: string) => { calculateScores: (normalize: boolean) => { overall?: number } } | null;
};

function scoreOf(vector: string): number | undefined {
  try {
    return fromVector(vector)?.calculateScores(false).overall;
  } catch {
    // What is not rated counts as if it were grave.
    return undefined;
  }
}
