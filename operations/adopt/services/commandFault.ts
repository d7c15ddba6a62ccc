import { hasSecret } from "./secretWords.ts";

/** Why a command cannot be written down as it is, and what to do instead; undefined where it can. */
export function commandFault(words: readonly string[]): string | undefined {
  if (hasSecret(words))
    return "has a secret in its arguments, which everybody could read; have the program read it from a variable";
  if (words.some((word) => word.includes("/run/secrets/")))
    return "reads a secret's file, which no box has; have it read the variable";
  return words.includes("")
    ? "has an empty argument, which no command may have; say it otherwise"
    : undefined;
}
