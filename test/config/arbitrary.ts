import fc from "fast-check";
import type { z } from "zod";

type Schema = z.core.$ZodType;

/** What is needed of zod's definitions. */
interface Definition {
  type: string;
  innerType?: Schema;
  shape?: Record<string, Schema>;
  element?: Schema;
  keyType?: Schema;
  valueType?: Schema;
  options?: Schema[];
  entries?: Record<string, string>;
  values?: unknown[];
  checks?: { _zod: { def: Check } }[];
  format?: string;
}

interface Check {
  check: string;
  pattern?: RegExp;
  value?: number;
  inclusive?: boolean;
  minimum?: number;
  maximum?: number;
}

/** Entries of a map, or of a list, at most; keys that may be left out are there half of the time. */
const most = 3;

/**
 * Values of the form that a schema describes: texts by their patterns, numbers by their bounds. What a schema checks beyond
 * that (look-aheads, functions) is left to it: a value that it refuses is none.
 */
export function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  return formOf(schema).filter((value) => (schema as z.ZodType).safeParse(value).success);
}

function formOf(schema: Schema): fc.Arbitrary<unknown> {
  const definition = schema._zod.def as Definition;
  const { type, innerType, element, valueType, keyType, shape, options, entries, values } = definition;
  if (innerType) return formOf(innerType);
  if (shape) return mapOf(shape);
  if (element) return fc.array(arbitraryOf(element), { minLength: atLeast(definition), maxLength: most });
  if (valueType && keyType)
    return fc.dictionary(arbitraryOf(keyType) as fc.Arbitrary<string>, arbitraryOf(valueType), {
      maxKeys: most,
    });
  if (options) return fc.oneof(...options.map(arbitraryOf));
  if (entries) return fc.constantFrom(...Object.values(entries));
  if (values) return fc.constantFrom(...values);
  if (type === "string") return textOf(definition);
  if (type === "number") return numberOf(definition);
  return type === "boolean" ? fc.boolean() : fc.constant(undefined);
}

function mapOf(shape: Record<string, Schema>): fc.Arbitrary<unknown> {
  const isOptional = (part: Schema) => ["optional", "default", "prefault"].includes(part._zod.def.type);
  const required = Object.keys(shape).filter((key) => shape[key] && !isOptional(shape[key]));
  const parts = Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, arbitraryOf(part)]));
  return fc.record(parts, { requiredKeys: required });
}

function checksOf({ checks = [] }: Definition): Check[] {
  return checks.map((each) => each._zod.def);
}

function atLeast(definition: Definition): number {
  return checksOf(definition).find(({ check }) => check === "min_length")?.minimum ?? 0;
}

/** Of the narrowest pattern; short ones are likelier than those at a bound. */
function textOf(definition: Definition): fc.Arbitrary<string> {
  const pattern = checksOf(definition).findLast((check) => check.pattern !== undefined)?.pattern;
  if (!pattern) return fc.string();
  return fc.stringMatching(new RegExp(withoutLooks(pattern.source)));
}

/** fast-check knows no look-aheads. */
function withoutLooks(source: string): string {
  const look = /\(\?<?[=!](?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)/g;
  return source.replace(look, "");
}

function numberOf(definition: Definition): fc.Arbitrary<number> {
  const checks = checksOf(definition);
  const bound = (check: string) => checks.find((each) => each.check === check)?.value;
  const [min = 0, max = 1000] = [bound("greater_than"), bound("less_than")];
  const isWhole = definition.format === "safeint" || checks.some(({ check }) => check === "number_format");
  return isWhole
    ? fc.integer({ min, max })
    : fc.double({ min, max, noNaN: true }).map((value) => Math.round(value * 1000) / 1000);
}
