/** Where a box has its secrets, in memory, for its user alone. */
export const secretFile = "fleet-environment";

/** What reads them into the environment of the program that follows, which takes its place. */
const reading = `set -a; . /run/secrets/${secretFile}; set +a; exec "$@"`;

/** Variables as a shell reads them, each value as it stands. */
export function secretText(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .sort()
    .join("");
}

/** How a program is started that is given what is in that file. */
export function readingSecrets(command: readonly string[]): string[] {
  return ["/bin/sh", "-c", reading, "sh", ...command];
}
