import { formatPath } from "../shape.ts";
import { show, suggest, type Problem } from "../problem.ts";

/** A name that nothing has. */
export function unknown(
  path: readonly PropertyKey[],
  kind: string,
  got: string,
  known: readonly string[],
): Problem {
  return { path: formatPath(path), expected: `a known ${kind}`, got: show(got), fix: suggest(got, known) };
}

/** A name that stands where it stood before. */
export function duplicate(path: readonly PropertyKey[], value: string): Problem {
  return { path: formatPath(path), expected: "each name once", got: value, fix: "remove the second" };
}

/** Names that stand twice in one list. */
export function duplicates(path: readonly PropertyKey[], names: readonly string[]): Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [duplicate([...path, index], name)] : [],
  );
}

/** Names of a list that nothing has, then those that stand twice. */
export function listProblems(
  path: readonly PropertyKey[],
  kind: string,
  names: readonly string[],
  known: readonly string[],
): Problem[] {
  const missing = names.flatMap((name, index) =>
    known.includes(name) ? [] : [unknown([...path, index], kind, name, known)],
  );
  return [...missing, ...duplicates(path, names)];
}
