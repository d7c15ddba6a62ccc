import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** A command's help: what it does, and a line for each option beside --stack and --help. */
export interface CommandHelp {
  usage: string;
  about: string;
  options?: Record<string, string>;
  /** For commands that do not work on one environment. */
  hidesStack?: boolean;
}

/** Exit code for a wrong command line. */
export const usageExitCode = 64;

/**
 * The options of a command line. Prints the help and exits with 0 for --help; exits with 64, saying what is wrong, for
 * an unknown option.
 */
export function readOptions<T extends ParseArgsOptionsConfig>(
  help: CommandHelp,
  options: T,
  positionals = false,
) {
  const known = {
    stack: { type: "string", short: "s", default: "dev" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const parsed = parseArgs({ options: { ...known, ...options }, allowPositionals: positionals });
    if ((parsed.values as { help: boolean }).help) {
      process.stdout.write(helpText(help));
      process.exit(0);
    }
    return parsed;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    process.stderr.write(`${reason}\n\n${helpText(help)}`);
    process.exit(usageExitCode);
  }
}

function helpText({ usage, about, options = {}, hidesStack = false }: CommandHelp): string {
  const stack = hidesStack ? {} : { "--stack NAME, -s": "the environment (default: dev)" };
  const all = { ...stack, ...options, "--help, -h": "this text" };
  const width = Math.max(...Object.keys(all).map((name) => name.length));
  const lines = Object.entries(all).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  return [`usage: ${usage}`, "", about, "", ...lines, ""].join("\n");
}
