import type { Command } from "./command.ts";
import { suggest } from "../../config/problem.ts";
import { helpText } from "./help.ts";
import { swallowedOptions } from "./npm.ts";
import { readLine } from "./read.ts";
import { runCommand, usageExitCode } from "./run.ts";

/** A program of several commands. */
export interface Program {
  /** How it is called, for people: `./fleet`. */
  call: string;
  /** Names of its commands; one of them is `help`. */
  names: readonly string[];
  load: (name: string) => Promise<Command | undefined>;
  /** Loads all of them, for those that tell of the others. */
  all: () => Promise<Command[]>;
  /** Which version it is, for `--version`. */
  version?: () => Promise<string>;
}

/** Reads a command line, tells what is wrong with it (exit code 64), and runs the command. No words: the help; `--version`: that alone. */
export async function dispatch(program: Program, [name = "help", ...args]: readonly string[]): Promise<void> {
  const { call, names, load, all, version } = program;
  if (name === "--version" && version) {
    process.stdout.write(`${await version()}\n`);
    return;
  }
  const command = await load(["--help", "-h"].includes(name) ? "help" : name);
  if (!command) {
    misused(
      `${name}: expected a command, got another word; ${suggest(name, names)}; ${call} help lists them\n`,
    );
    return;
  }
  const { values, words, problems } = readLine(command, args);
  const wrong = [...problems, ...swallowedOptions(command, process.env)];
  const help = () => helpText(command, call);
  if (values["help"] === true) process.stdout.write(help());
  else if (wrong.length > 0) misused(`${wrong.join("\n")}\n\n${help()}`);
  else if (command.ownSignals) await command.run(values, words, all);
  else await runCommand(() => command.run(values, words, all));
}

function misused(text: string): void {
  process.stderr.write(text);
  process.exitCode = usageExitCode;
}
