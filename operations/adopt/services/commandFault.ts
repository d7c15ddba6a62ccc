import { hasSecret } from "./secretWords.ts";
import type { SayLine } from "./told.ts";

/** A command as it is written down; undefined where there is none, or, which is said, none that can be. */
export function writtenCommand(
  path: string,
  words: readonly string[] | undefined,
  say: SayLine,
): string[] | undefined {
  if (words === undefined || words.length === 0) return undefined;
  const fault = commandFault(words);
  if (fault === undefined) return [...words];
  say("left", path, fault);
  return undefined;
}

/** Why a command cannot be written down as it is, and what to do instead; undefined where it can. */
function commandFault(words: readonly string[]): string | undefined {
  if (hasSecret(words))
    return "has a secret in its arguments, which everybody could read; have the program read it from a variable";
  if (words.some((word) => word.includes("/run/secrets/")))
    return "reads a secret's file, which no box has; have it read the variable";
  return words.includes("")
    ? "has an empty argument, which no command may have; say it otherwise"
    : undefined;
}
