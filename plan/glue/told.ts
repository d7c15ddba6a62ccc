import type { Configuration } from "../../config/schema.ts";
import { namesSecret, secretNames } from "../../config/secretValues.ts";
import { boxEnvironment, type Glue } from "./boxEnvironment.ts";

/** All that the boxes of a fleet are told, whatever they are. */
export interface Told {
  glue: Glue;
  /** Configured values by variable, as texts; secrets in them still as references. */
  configured: Record<string, string>;
}

/** What the configuration gives to the boxes of a fleet: what each of its applications needs, then the fleet's own. */
export function configuredEnvironment(
  { fleets, environment }: Pick<Configuration, "fleets" | "environment">,
  fleet: string,
): Record<string, string> {
  const ofApplications = (fleets[fleet]?.applications ?? []).map(
    (name) => environment.applications[name]?.environment ?? {},
  );
  return texts(Object.assign({}, ...ofApplications, environment.fleets[fleet]?.environment) as Values);
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** Values of variables as texts. */
export function texts(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** All variables of a box; secrets in them still as references. */
export function toldAll({ glue, configured }: Told): Record<string, string> {
  return { ...boxEnvironment(glue), ...configured };
}

/**
 * The variables of a box whose values anybody may read; those with secrets are told apart from them.
 * @param known where some applications are reached, by name, that the plan could not know.
 */
export function toldPlainly(told: Told, known?: Readonly<Record<string, string>>): Record<string, string> {
  return { ...boxEnvironment(told.glue, known), ...plainValues(told) };
}

/** The configured values that have no secrets. */
export function plainValues({ configured }: Told): Record<string, string> {
  return Object.fromEntries(Object.entries(configured).filter(([, value]) => !namesSecret(value)));
}

/** The configured values that have secrets, still as references. */
export function secretValues({ configured }: Told): Record<string, string> {
  return Object.fromEntries(Object.entries(configured).filter(([, value]) => namesSecret(value)));
}

/** The names of the secrets in values, each once, in alphabetical order. */
export function secretsIn(values: Readonly<Record<string, string>>): string[] {
  return [...new Set(Object.values(values).flatMap(secretNames))].sort();
}
