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
  const { passesFrom } = command.words ?? {};
  const { own, passed } =
    passesFrom === undefined ? { own: [...args], passed: [] } : split(args, options, passesFrom);
  try {
    const parsed = parseArgs({ args: own, options, allowPositionals: true });
    const positionals = [...parsed.positionals, ...passed];
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
      words: positionals,
      problems: [...read.flatMap(({ problem }) => problem ?? []), ...wordProblems(command, positionals)],
    };
  } catch (error) {
    const help = own.includes("--help") || own.includes("-h");
    return { values: { help }, words: [], problems: messageOf(error).split("\n").slice(0, 1) };
  }
}

type ParsedOptions = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

/** A line at the word from which another program's begins, or at what follows `--`. */
function split(
  args: readonly string[],
  options: ParsedOptions,
  from: 0 | 1,
): { own: string[]; passed: string[] } {
  const { tokens } = parseArgs({ args: [...args], options: options ?? {}, strict: false, tokens: true });
  const words = tokens.filter(({ kind }) => kind === "positional").map(({ index }) => index);
  const least = from === 0 ? -1 : (words[0] ?? 0);
  const end = tokens.find(({ kind, index }) => kind === "option-terminator" && index > least)?.index;
  const at = words[from] ?? args.length;
  if (end !== undefined && end < at) return { own: args.slice(0, end), passed: args.slice(end + 1) };
  return { own: args.slice(0, at), passed: args.slice(at) };
}

function wordProblems({ words }: Command, given: readonly string[]): string[] {
  const { form, least, most, expected, fix } = words ?? {
    ...{ form: "arguments", least: 0, most: 0 },
    ...{ expected: "none beside the options", fix: "leave it out" },
  };
  if (given.length >= least && given.length <= most) return [];
  return [`${form}: expected ${expected}, got ${given.join(" ") || "none"}; ${fix}`];
}
