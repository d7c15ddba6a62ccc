import { closest, distance } from "fastest-levenshtein";

/** One thing that is wrong in the configuration: where, what belongs there, what is there, and how to mend it. */
export interface Problem {
  path: string;
  expected: string;
  got: string;
  fix: string;
}

/** Every problem of a configuration at once; its message has one line per problem, and no stack trace is needed. */
export class ConfigurationError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      [
        `The configuration has ${count}; nothing was created or changed:`,
        ...problems.map(formatProblem),
      ].join("\n"),
    );
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

/** The line `path: expected …, got …; fix`. */
export function formatProblem(problem: Problem): string {
  return `${problem.path || "configuration"}: expected ${problem.expected}, got ${problem.got}; ${problem.fix}`;
}

/** "did you mean `x`?" for the nearest of the known names, or a list of them when none is near. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "there is none: add it, or remove this";
  const nearest = closest(name, known);
  if (distance(name, nearest) <= Math.max(1, name.length / 3)) return `did you mean ${nearest}?`;
  return `use one of ${known.join(", ")}`;
}

/** A value as it is shown in a problem: short, on one line. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" && !looksOtherwise(value) ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Whether a text, shown without quotes, would be taken for nothing, a number or a boolean. */
function looksOtherwise(text: string): boolean {
  return text.trim() === "" || Number.isFinite(Number(text)) || ["true", "false", "null"].includes(text);
}
