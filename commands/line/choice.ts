import { usageExitCode } from "./options.ts";

/** The option's value when it is one of the known ones; else says so and exits with 64. */
export function chosen<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) refuse(option, `one of ${known.join(", ")}`, value, "choose one");
  return found;
}

/** Says what is wrong with an option's value and exits with 64. */
export function refuse(option: string, expected: string, got: string, fix: string): never {
  process.stderr.write(`${option}: expected ${expected}, got ${got}; ${fix}\n`);
  process.exit(usageExitCode);
}
