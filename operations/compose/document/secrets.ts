import { secretNames } from "../../../config/secretValues.ts";

/** The variable of the `.env` file that has a secret. */
function secretVariable(name: string): string {
  return `SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/** @throws Error that names every secret whose variable another one has, too. */
export function refuseClashes(names: readonly string[]): void {
  const problems = [...Map.groupBy(names, secretVariable)].flatMap(([variable, [first = "", ...others]]) =>
    others.map(
      (other) =>
        `secrets.${other}: expected a name of its own in the .env file, got ${variable}, which secrets.${first} has; rename one`,
    ),
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** A value as a Compose file has it: `$` doubled, a secret as a reference to the `.env` file beside it. */
export function composeValue(value: string): string {
  return value
    .split(/(\$\{secret:[^}]*\})/)
    .map((part) => {
      const [name] = secretNames(part);
      return name === undefined ? part.replaceAll("$", "$$$$") : `\${${secretVariable(name)}}`;
    })
    .join("");
}

/** An environment as a Compose file has it, in alphabetical order. */
export function composeEnvironment(
  environment: Readonly<Record<string, string | number | boolean>>,
): Record<string, string> {
  const entries = Object.entries(environment).map(
    ([name, value]) => [name, composeValue(String(value))] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The text of the `.env` file: the project's name, and the secrets. A value that has more than plain characters is in double quotes, and
 * what the versions of Compose read in different ways there is filled in from a variable that has nothing else.
 */
export function envFile(project: string, secrets: Readonly<Record<string, string>>): string {
  const lines = Object.entries(secrets).map(([name, value]) => `${secretVariable(name)}=${quoted(value)}\n`);
  const parts = lines.some((line) => line.includes(`\${${partPrefix}`)) ? partLines : [];
  return [`COMPOSE_PROJECT_NAME=${project}\n`, ...parts, ...lines.sort()].join("");
}

const partPrefix = "FLEET_PART_";

/** Each character that is special somewhere, and how both versions read it alone. */
const parts = [
  ["'", "APOSTROPHE", `"'"`],
  ['"', "QUOTE", `'"'`],
  ["\\", "BACKSLASH", "\\"],
  ["$", "DOLLAR", "'$'"],
  ["\r", "RETURN", '"\\r"'],
] as const;

const partLines = parts.map(([, name, text]) => `${partPrefix}${name}=${text}\n`);

function quoted(value: string): string {
  if (!/['"\\$\n\r]/.test(value)) return `'${value}'`;
  const named = value.replace(/['"\\$\r]/g, (character) => {
    const [, name = ""] = parts.find(([each]) => each === character) ?? [];
    return `\${${partPrefix}${name}}`;
  });
  return `"${named}"`;
}

/** The secrets that an earlier `.env` file has, of those that are wanted. */
export function knownSecrets(text: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const [, value] = new RegExp(`^${secretVariable(name)}='(.*)'$`, "m").exec(text) ?? [];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
