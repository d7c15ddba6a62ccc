import { z } from "zod";

/** A text that matches a pattern; what is expected says a problem in words. */
export function matchingText(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}
