import { isDeepStrictEqual } from "node:util";

/** What became of two changes of one JSON document. */
export interface MergedJson {
  value: unknown;
  /** Places that both changed, each otherwise: `dependencies.zod`. */
  conflicts: string[];
}

/**
 * The document with what was changed on both sides, key by key: Git's merge goes by lines, and what stands on lines next to each other is
 * a conflict for it (a project's name and the version of what it stands on).
 * @param isTheirOwn of which places the project's value stays where both changed it.
 */
export function mergedJson(
  base: unknown,
  ours: unknown,
  theirs: unknown,
  isTheirOwn: (place: readonly string[]) => boolean = () => false,
  place: readonly string[] = [],
): MergedJson {
  if (isDeepStrictEqual(base, theirs) || isDeepStrictEqual(ours, theirs))
    return { value: ours, conflicts: [] };
  if (isDeepStrictEqual(base, ours)) return { value: theirs, conflicts: [] };
  if (!isMap(ours) || !isMap(theirs)) {
    if (isTheirOwn(place)) return { value: ours, conflicts: [] };
    return { value: ours, conflicts: [place.join(".") || "the whole"] };
  }
  const before = isMap(base) ? base : {};
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  const merged = keys.map((key) => {
    const inside = mergedJson(before[key], ours[key], theirs[key], isTheirOwn, [...place, key]);
    return { key, ...inside };
  });
  return {
    value: Object.fromEntries(
      merged.filter(({ value }) => value !== undefined).map(({ key, value }) => [key, value]),
    ),
    conflicts: merged.flatMap(({ conflicts }) => conflicts),
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
