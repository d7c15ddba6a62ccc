import type { Needs, ToolStep } from "./needs.ts";
import type { Option, Options, Values } from "./option.ts";

/** The words of a command line that are no options. */
export interface Words {
  /** As the help shows them: `FLEET`, `[FLEET]`, `A B`. */
  form: string;
  least: number;
  most: number;
  /** From this word on, counted from 0, options too are words: another program's command line. */
  passesFrom?: 0 | 1;
  /** What is expected, in words: `one fleet`. */
  expected: string;
  fix: string;
}

/** One command, as its file declares it. */
export interface CommandArgs<O extends Options> {
  /** Its name, behind `./fleet`. */
  name: string;
  /** The script of package.json that runs it, where that is called otherwise. */
  script?: string;
  /** What it does, in one sentence or two; lines below have exit codes and the like. */
  about: string;
  /** For the README's table: what it does, in half a sentence. */
  summary: string;
  words?: Words;
  options: O;
  /** Whether it works on one environment, and has --stack. Default: true. */
  onStack?: boolean;
  /** What it needs of the tool chain. Default: `images`, all that builds them. */
  needs?: Needs;
  /** Steps that it needs whatever is configured: `machine` where it makes a machine image. */
  also?: readonly ToolStep[];
  /** Whether it sees to Ctrl-C and SIGTERM, and to its exit code, itself. Default: false. */
  ownSignals?: boolean;
  /** @param all loads every command, for those that tell of them. */
  run: (
    values: Values<O> & { stack: string },
    words: string[],
    all: () => Promise<Command[]>,
  ) => Promise<unknown>;
}

/** A command whatever its options are, as it is looked up, run and told of. */
export interface Command extends Omit<CommandArgs<Options>, "run"> {
  /** Those of the line, --stack and --help among them. */
  options: Options;
  /** @param values read by these very options. */
  run: (
    values: Readonly<Record<string, unknown>>,
    words: string[],
    all: () => Promise<Command[]>,
  ) => Promise<unknown>;
}

const stackOption: Option<string> = {
  value: "NAME",
  short: "s",
  about: "the environment",
  default: "dev",
  read: (given) => (typeof given === "string" ? given : "dev"),
};

const helpOption: Option<boolean> = { short: "h", about: "this text", read: (given) => given === true };

/** Declares a command. Nothing is run or read by it. */
export function command<O extends Options>({ run, ...args }: CommandArgs<O>): Command {
  const stack = (args.onStack ?? true) ? { stack: stackOption } : {};
  return {
    ...args,
    options: { ...stack, ...args.options, help: helpOption },
    run: (values, words, all) => run(values as Values<O> & { stack: string }, words, all),
  };
}

/** One word that must be there. */
export function oneWord(form: string, expected: string, fix: string): Words {
  return { form, least: 1, most: 1, expected, fix };
}
