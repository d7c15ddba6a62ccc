import type { z } from "zod";
import { expectation } from "../shape.ts";
import { configurationSchema } from "../schema.ts";

type Schema = z.core.$ZodType;

/** One key of the configuration, as people read of it. */
export interface Key {
  name: string;
  purpose: string;
  form: string;
  /** What it is when left out; `required` when it may not be. */
  default: string;
}

/** A map of the configuration and its keys; names that the user chooses are in capitals (`layers.NAME`). */
export interface Section {
  path: string;
  purpose: string;
  keys: Key[];
}

/** Every map of the configuration, outer ones before inner ones, in the schema's order. */
export function sections(): Section[] {
  return sectionsOf(configurationSchema, "");
}

function sectionsOf(schema: Schema, path: string): Section[] {
  const { inner } = unwrapped(schema);
  const { shape, valueType, element } = inner._zod.def as Definition;
  if (valueType) return sectionsOf(valueType, `${path}.NAME`);
  if (element) return sectionsOf(element, `${path}[]`);
  if (!shape) return [];
  const own = { path, purpose: description(schema), keys: Object.entries(shape).map(keyOf) };
  const below = Object.entries(shape).flatMap(([name, part]) =>
    sectionsOf(part, path === "" ? name : `${path}.${name}`),
  );
  return [own, ...below];
}

/** What is needed of zod's definitions. */
interface Definition {
  innerType?: Schema;
  defaultValue?: unknown;
  shape?: Record<string, Schema>;
  valueType?: Schema;
  element?: Schema;
}

function keyOf([name, schema]: [string, Schema]): Key {
  const { inner, absent } = unwrapped(schema);
  return { name, purpose: description(schema), form: formOf(inner), default: absent };
}

/** A schema without what makes it optional, and what it is when left out. */
function unwrapped(schema: Schema): { inner: Schema; absent: string } {
  let absent = "required";
  let inner = schema;
  for (;;) {
    const definition = inner._zod.def as Definition & { type: string };
    if (definition.type === "optional") absent = "none";
    if (definition.type === "default") absent = `\`${JSON.stringify(definition.defaultValue)}\``;
    if (definition.type === "prefault") absent = "as its keys";
    if (!definition.innerType) return { inner, absent };
    inner = definition.innerType;
  }
}

/** The description of a schema, or of what it wraps or holds. */
function description(schema: Schema): string {
  const own = (schema as z.ZodType).description;
  if (own !== undefined) return own;
  const { innerType, valueType, element } = schema._zod.def as Definition;
  const next = innerType ?? valueType ?? element;
  return next ? description(next) : "";
}

/** What belongs there, in the words of the problem that a wrong value gives. */
function formOf(schema: Schema): string {
  const { valueType, element, shape } = schema._zod.def as Definition;
  if (shape) return "a map";
  if (valueType) return `a map of names to: ${formOf(unwrapped(valueType).inner)}`;
  if (element) return `a list of: ${formOf(unwrapped(element).inner)}`;
  const { error } = (schema as z.ZodType).safeParse(undefined);
  const [issue] = error?.issues ?? [];
  return issue && issue.message !== "Invalid input" ? expectation(issue) : "any value";
}
