import { secretNames } from "../../config/secretValues.ts";
import { formatPath } from "../../config/shape.ts";

/** A secret that a stack has, or lacks. */
export interface KnownSecret {
  name: string;
  /** Whether somebody set it, the first update makes it up, or nobody has set what is named somewhere. */
  origin: "set" | "generated" | "missing";
  /** Where it is named: `environment.applications.orders.environment.DATABASE_URL`. */
  places: string[];
}

/**
 * The secrets of a stack, by name.
 * @param input what its files say, whether or not it passes the check. @param set names of those that are set.
 */
export function secretsOf(input: unknown, set: readonly string[]): KnownSecret[] {
  const places = Map.groupBy(named(input, []), ({ name }) => name);
  const generated = generatedIn(input);
  const names = [...new Set([...set, ...generated, ...places.keys()])].sort();
  return names.map((name) => ({
    name,
    origin: set.includes(name) ? "set" : generated.includes(name) ? "generated" : "missing",
    places: (places.get(name) ?? []).map(({ path }) => path),
  }));
}

interface Named {
  name: string;
  path: string;
}

function named(value: unknown, path: readonly PropertyKey[]): Named[] {
  if (typeof value === "string") {
    // A backup names its key by the name alone.
    const names = path.slice(-2).join(".") === "backup.key" ? [value] : secretNames(value);
    return names.map((name) => ({ name, path: formatPath(path) }));
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => named(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => named(each, [...path, key]));
}

function generatedIn(input: unknown): string[] {
  const { environment } = (input ?? {}) as { environment?: { generatedSecrets?: unknown } };
  const names = environment?.generatedSecrets;
  return Array.isArray(names) ? names.map(String) : [];
}
