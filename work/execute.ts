import { execa } from "execa";

/** How one external program is run. */
export interface ExecuteOptions {
  /** Folder to run in; default: the current one. */
  cwd?: string;
  /** For its standard input; default: none. */
  input?: string | Uint8Array;
  /** Variables on top of the process's own. */
  env?: Record<string, string>;
  /** How its output is read: `latin1` gives one character for each byte; default: UTF-8. */
  encoding?: "utf8" | "latin1";
  /** Exit codes that are no failure; default: only 0. */
  allowedExitCodes?: number[];
  /** Debian package to name when the program is absent. */
  package: string;
}

/** What it wrote. */
export interface ExecuteResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Locale and time zone change the output and even the result of some tools; system folders are not on every user's PATH. */
export const fixedEnvironment = {
  LC_ALL: "C",
  TZ: "UTC",
  get PATH() {
    return `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  },
};

/**
 * Runs a program with a list of arguments; no shell.
 * @throws Error naming the program, with its own words, when it is absent or fails.
 */
export async function execute(
  program: string,
  args: string[],
  options: ExecuteOptions,
): Promise<ExecuteResult> {
  const { cwd, input, env, encoding = "utf8", allowedExitCodes = [0] } = options;
  const result = await execa(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    env: { ...fixedEnvironment, ...env },
    stripFinalNewline: false,
    encoding,
    reject: false,
    maxBuffer: 1 << 30,
  });
  if (result.code === "ENOENT")
    throw new Error(`${program}: expected on PATH, got nothing; install ${options.package}`);
  const { exitCode, stdout, stderr } = result;
  if (exitCode === undefined || !allowedExitCodes.includes(exitCode))
    throw new Error(
      `${program}: expected exit code 0, got ${exitCode ?? result.signal ?? "none"}; it said: ${(stderr || stdout).trim()}`,
    );
  return { stdout, stderr, exitCode };
}
