import type { Configuration } from "../schema.ts";
import { formatPath } from "../shape.ts";
import { encodedPrefix } from "../encodedPrefix.ts";
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
  const { applications, fleets, accessories } = environment;
  const sections: Record<string, Record<string, WithVariables>> = { applications, fleets, accessories };
  return Object.entries(sections).flatMap(([section, parts]) =>
    Object.entries(parts).flatMap(([name, part]) =>
      Object.entries(part.environment).map(([variable, value]) => ({
        path: ["environment", section, name, "environment", variable],
        value: String(value),
      })),
    ),
  );
}

/** What is told variables, whatever else it is. */
type WithVariables = Pick<Configuration["environment"]["fleets"][string], "environment">;

/** NUL, half a surrogate pair, and code points that are never characters: systemd drops all settings of a box with one. */
export const refusedCharacter = /\0|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/** Linux starts no program with a longer variable, its name, `=` and final NUL included (MAX_ARG_STRLEN). */
export const longestVariableBytes = 131_072;

/** Values that no environment can have. */
export function variableProblems(configuration: Configuration): Problem[] {
  return configuredVariables(configuration).flatMap((variable) => [
    ...characterProblems(variable),
    ...lengthProblems(variable),
    ...encodedProblems(variable),
  ]);
}

/** Secrets that no environment can have; their values are in no problem. */
export function secretValueProblems(values: Readonly<Record<string, unknown>> = {}): Problem[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === "string"
      ? [
          ...characterProblems({ path: ["secrets", name], value }),
          ...encodedProblems({ path: ["secrets", name], value }),
        ]
      : [],
  );
}

function encodedProblems({ path, value }: ConfiguredVariable): Problem[] {
  if (!value.startsWith(encodedPrefix)) return [];
  const expected = `a value that does not begin with ${encodedPrefix}, which boxes decode`;
  return [{ path: formatPath(path), expected, got: "one", fix: "give the value itself" }];
}

function lengthProblems({ path, value }: ConfiguredVariable): Problem[] {
  const bytes = Buffer.byteLength(`${path.at(-1) ?? ""}=${value}\0`);
  if (bytes <= longestVariableBytes) return [];
  const expected = `a variable of at most ${longestVariableBytes} bytes with its name`;
  return [
    { path: formatPath(path), expected, got: `${bytes}`, fix: "shorten it, or keep what is long elsewhere" },
  ];
}

function characterProblems({ path, value }: ConfiguredVariable): Problem[] {
  const [found] = refusedCharacter.exec(value) ?? [];
  if (found === undefined) return [];
  return [
    {
      path: formatPath(path),
      expected: "text of characters other than NUL",
      got: `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
      fix: "remove it, or encode the value (base64)",
    },
  ];
}
