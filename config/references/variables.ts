import type { Configuration } from "../schema.ts";
import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";

/** A variable that somebody's boxes are given. */
export interface ConfiguredVariable {
  path: readonly string[];
  value: string;
}

/** All variables of an environment: those of applications, fleets and accessories. */
export function configuredVariables({
  environment,
}: Pick<Configuration, "environment">): ConfiguredVariable[] {
  return (["applications", "fleets", "accessories"] as const).flatMap((section) =>
    Object.entries(environment[section]).flatMap(([name, part]) =>
      Object.entries(part.environment).map(([variable, value]) => ({
        path: ["environment", section, name, "environment", variable],
        value: String(value),
      })),
    ),
  );
}

/** NUL, half a surrogate pair, and code points that are never characters: systemd drops all settings of a box with one. */
const refused = /\0|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/** Values that no environment can have. */
export function variableProblems(configuration: Configuration): Problem[] {
  return configuredVariables(configuration).flatMap(({ path, value }) => {
    const [found] = refused.exec(value) ?? [];
    if (found === undefined) return [];
    return [
      {
        path: formatPath(path),
        expected: "text of characters other than NUL",
        got: `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
        fix: "remove it, or encode the value (base64)",
      },
    ];
  });
}
