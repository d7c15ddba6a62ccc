import type { z } from "zod";
import { otherForm, otherWord } from "./otherWords.ts";
import { suggest, show, type Problem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** The problems that zod found, each as path, expected, got and fix. `input` is what was checked. */
export function shapeProblems(issues: readonly Issue[], input: unknown, schema: z.ZodType): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue, schema);
    const path = formatPath(issue.path);
    const got = show(valueAt(input, issue.path));
    if (issue.code === "invalid_key") {
      const expected = issue.issues[0]?.message ?? "another name";
      return [{ path, expected, got: String(issue.path.at(-1)), fix: "rename it" }];
    }
    const expected = expectation(issue);
    const other = otherForm(expected, valueAt(input, issue.path));
    const fix = other !== undefined ? `write ${other}` : got === "nothing" ? "add it" : "correct it";
    return [{ path, expected, got, fix }];
  });
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType): Problem[] {
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => ({
    path: formatPath([...issue.path, key]),
    expected: "a known key",
    got: key,
    fix: otherWord(formatPath(issue.path), key) ?? suggest(key, known),
  }));
}

/** What belongs there, in words. */
export function expectation(issue: Issue): string {
  if (!/^(Invalid|Too|Unrec)/.test(issue.message)) return issue.message;
  if (issue.code === "invalid_type") return article(issue.expected);
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "too_small") return `at least ${String(issue.minimum)} of them`;
  return issue.message;
}

const names: Record<string, string> = {
  record: "a map",
  object: "a map",
  array: "a list",
  boolean: "true or false",
  string: "a text",
};
function article(type: string): string {
  return names[type] ?? `a ${type}`;
}

/** `layers.base.roles[0]` for ["layers", "base", "roles", 0]. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    "",
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

/** What is needed of zod's definitions to walk down a path: a wrapped type, a map's fields, or what a collection holds. */
interface Definition {
  innerType?: z.core.$ZodType;
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
}

/** The keys that the schema knows at a path, looking through defaults, options, lists and maps. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { innerType, shape, element, valueType } = schema._zod.def as Definition;
  if (innerType) return keysAt(innerType, path);
  const [part, ...rest] = path;
  if (part === undefined) return Object.keys(shape ?? {});
  const next = shape?.[String(part)] ?? element ?? valueType;
  return next ? keysAt(next, rest) : [];
}
