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

/** The graver of two; an unknown one says nothing. */
export function graver(a: Severity | undefined, b: Severity | undefined): Severity | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return severities.indexOf(a) < severities.indexOf(b) ? b : a;
}

/** Whether a severity counts where this is the least that does; what nobody rated is not taken for harmless. */
export function isAtLeast(severity: Severity | undefined, least: Severity): boolean {
  return severity === undefined || severities.indexOf(severity) >= severities.indexOf(least);
}
