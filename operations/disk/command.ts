import { parseArgs } from "node:util";

/** One option of a command. */
export interface Option {
  /** What stands for the value in the help; none: a switch. */
  value?: string;
  about: string;
  /** Whether it may be given several times. */
  multiple?: boolean;
  required?: boolean;
}

/** One command of the program. */
export interface Command {
  about: string;
  options: Record<string, Option>;
  /** @returns what is printed as JSON. */
  run: (values: Values) => Promise<unknown>;
}

/** Values of the options, read by name. */
export interface Values {
  text: (name: string) => string;
  optional: (name: string) => string | undefined;
  list: (name: string) => string[];
  /** @throws Error unless it is a whole number; undefined when it is not given. */
  number: (name: string) => number | undefined;
}

/**
 * Parses a command's arguments.
 * @throws Error listing unknown and missing options.
 */
export function readValues(command: Command, args: string[]): Values {
  const entries = Object.entries(command.options);
  const config = entries.map(([name, { multiple = false }]) => [name, { type: "string", multiple }] as const);
  const { values } = parseArgs({ args, options: Object.fromEntries(config) });
  const missing = entries.filter(([name, { required }]) => required && values[name] === undefined);
  if (missing.length > 0)
    throw new Error(missing.map(([name]) => `--${name}: expected a value, got none; add it`).join("\n"));
  const all = (name: string): string[] => [values[name] ?? []].flat().map(String);
  return {
    text: (name) => all(name)[0] ?? "",
    optional: (name) => all(name)[0],
    list: all,
    number: (name) => numberOf(name, all(name)[0]),
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name}: expected a whole number, got "${text}"; correct it`);
  return Number(text);
}

/** Help for one command, or for all of them. */
export function help(program: string, commands: Record<string, Command>, name?: string): string {
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    const lines = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(10)}${about}`);
    return [`Usage: ${program} COMMAND --help`, "", ...lines, ""].join("\n");
  }
  const lines = Object.entries(command.options).map(([key, { value = "", about, required, multiple }]) => {
    const notes = `${required ? " Required." : ""}${multiple ? " Several times." : ""}`;
    return `  ${`--${key} ${value}`.padEnd(32)}${about}${notes}`;
  });
  return [`Usage: ${program} ${name ?? ""} OPTIONS`, "", command.about, "", ...lines, ""].join("\n");
}
