import cvss from "ae-cvss-calculator";
import { severities, type Severity } from "../../../config/holes.ts";

/** The words of publishers for how grave a hole is. */
const words: Record<string, Severity> = {
  critical: "critical",
  high: "high",
  important: "high",
  medium: "medium",
  moderate: "medium",
  low: "low",
  // Debian's for what no package of its own is open to, Ubuntu's and dnf's for the least.
  unimportant: "low",
  negligible: "low",
  none: "low",
};

/** What a word of a publisher means; undefined for those that rate nothing, such as `not yet assigned`. */
export function severityOfWord(word: string | undefined): Severity | undefined {
  const plain = word?.trim().toLowerCase().replace(/\*+$/, "") ?? "";
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}

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

/** The graver of two; an unknown one says nothing. */
export function graver(a: Severity | undefined, b: Severity | undefined): Severity | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return severities.indexOf(a) < severities.indexOf(b) ? b : a;
}

/** Whether a severity counts where this is the least that does; what nobody rated is not taken for harmless. */
export function isAtLeast(severity: Severity | undefined, least: Severity): boolean {
  return severity === undefined || severities.indexOf(severity) >= severities.indexOf(least);
}
