import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { unknown } from "./problems.ts";
import { setSecretCommand } from "./setSecret.ts";
import { configuredVariables } from "./variables.ts";

const secretReference = /\$\{secret:([^}]*)\}/g;

/** Secrets that an environment names and nobody sets. */
export function secretProblems(configuration: Configuration, secrets: readonly string[]): Problem[] {
  const known = [...secrets, ...configuration.environment.generatedSecrets];
  return configuredVariables(configuration).flatMap(({ path, value }) =>
    [...value.matchAll(secretReference)]
      .map((match) => match[1] ?? "")
      .filter((secret) => !known.includes(secret))
      .map((secret) => ({
        ...unknown(path, "secret", secret, known),
        fix: `set it by ${setSecretCommand(secret || "NAME")}, or list it in environment.generatedSecrets`,
      })),
  );
}
