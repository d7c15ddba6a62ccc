import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { unknown } from "./problems.ts";

const secretReference = /\$\{secret:([^}]*)\}/g;

/** Secrets that an environment names and nobody sets. */
export function secretProblems({ environment }: Configuration, secrets: readonly string[]): Problem[] {
  const known = [...secrets, ...environment.generatedSecrets];
  const parts = [
    ...Object.entries(environment.applications).map(([name, part]) => ["applications", name, part] as const),
    ...Object.entries(environment.fleets).map(([name, part]) => ["fleets", name, part] as const),
    ...Object.entries(environment.accessories).map(([name, part]) => ["accessories", name, part] as const),
  ];
  const places = parts.flatMap(([section, name, part]) =>
    Object.entries(part.environment).map(([variable, value]) => ({
      path: ["environment", section, name, "environment", variable],
      value,
    })),
  );
  return places.flatMap(({ path, value }) =>
    [...String(value).matchAll(secretReference)]
      .map((match) => match[1] ?? "")
      .filter((secret) => !known.includes(secret))
      .map((secret) => ({
        ...unknown(path, "secret", secret, known),
        fix: `set it by pulumi config set --secret --path secrets.${secret || "NAME"}, or list it in environment.generatedSecrets`,
      })),
  );
}
