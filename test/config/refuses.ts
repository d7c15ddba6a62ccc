import { deepEqual, throws } from "node:assert/strict";
import { ConfigurationError, formatProblem } from "../../config/problem.ts";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";

/** Tests that the good configuration with these changes has exactly these problem lines. */
export function refuses(
  title: string,
  changes: readonly (readonly [path: string, value: unknown])[],
  lines: readonly string[],
): void {
  it(title, () => {
    deepEqual(problemLines(changed(...changes)), lines);
  });
}

/** The problem lines of a configuration. */
export function problemLines(input: unknown, around = surroundings): string[] {
  let lines: string[] = [];
  throws(
    () => validate(input, around),
    (error) => {
      if (!(error instanceof ConfigurationError)) throw error;
      lines = error.problems.map(formatProblem);
      return true;
    },
  );
  return lines;
}
