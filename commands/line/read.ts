import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import type { Given } from "./option.ts";
import { messageOf } from "../../work/message.ts";

/** What a command line says. */
export interface Line {
  values: Record<string, unknown>;
  words: string[];
  /** What is wrong with it, all at once; the help may be wanted all the same. */
  problems: string[];
}

/** Reads a command line, without an effect. */
export function readLine(command: Command, args: readonly string[]): Line {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value, several = false, short }]) => {
      const type = value === undefined ? ("boolean" as const) : ("string" as const);
      return [name, { type, multiple: several, ...(short !== undefined && { short }) }];
    }),
  );
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    const given = parsed.values as Record<string, Given>;
    const read = Object.entries(command.options).map(([name, option]) => {
      try {
        return { name, value: option.read(given[name]) };
      } catch (error) {
        return { name, problem: `--${name}: ${messageOf(error)}` };
      }
    });
    return {
      values: Object.fromEntries(read.map(({ name, value }) => [name, value])),
      words: parsed.positionals,
      problems: [
        ...read.flatMap(({ problem }) => problem ?? []),
        ...wordProblems(command, parsed.positionals),
      ],
    };
  } catch (error) {
    const help = args.includes("--help") || args.includes("-h");
    return { values: { help }, words: [], problems: messageOf(error).split("\n").slice(0, 1) };
  }
}

function wordProblems({ words }: Command, given: readonly string[]): string[] {
  const { form, least, most, expected, fix } = words ?? {
    ...{ form: "arguments", least: 0, most: 0 },
    ...{ expected: "none beside the options", fix: "leave it out" },
  };
  if (given.length >= least && given.length <= most) return [];
  return [`${form}: expected ${expected}, got ${given.join(" ") || "none"}; ${fix}`];
}
