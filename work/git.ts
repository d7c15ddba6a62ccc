import { execFileSync } from "node:child_process";
import { execa } from "execa";

/** What one call of Git is given beside its arguments. */
export interface GitOptions {
  /** Beside this process's own. */
  env?: Readonly<Record<string, string>>;
  input?: string;
  /** What is printed counts to its last byte. */
  whole?: boolean;
}

/** Git never waits for somebody to type a password, and cleans nothing up while others wait for it. */
const quietly = { GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
const noUpkeep = ["-c", "gc.auto=0", "-c", "maintenance.auto=false"];
/** A host that sends nothing for a minute is none. */
const notForEver = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"];
const always = [...noUpkeep, ...notForEver];

/** What Git prints, without the last line's end. @throws Error with what it said. */
export async function git(
  folder: string,
  args: readonly string[],
  { env = {}, input }: GitOptions = {},
): Promise<string> {
  const options = { cwd: folder, env: { ...quietly, ...env }, ...(input !== undefined && { input }) };
  const { stdout } = await execa("git", [...always, ...args], options);
  return stdout;
}

/** The same for what must be known before anything else goes on. @throws Error with what Git said. */
export function gitNow(
  folder: string,
  args: readonly string[],
  { env = {}, input, whole = false }: GitOptions = {},
): string {
  const printed = execFileSync("git", [...always, ...args], {
    cwd: folder,
    env: { ...process.env, ...quietly, ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(input !== undefined && { input }),
  });
  return whole ? printed : printed.trimEnd();
}

/** Whether a commit is another's predecessor, or itself, as far as the clone knows. */
export function isAncestor(root: string, older: string, newer: string): boolean {
  try {
    gitNow(root, ["merge-base", "--is-ancestor", older, newer]);
    return true;
  } catch {
    return false;
  }
}

/** Arguments and environment with which Git signs in at a host by a token, which is on no command line (gitcredentials(7)). */
export function signedIn(user: string, token: string): { args: string[]; env: Record<string, string> } {
  return {
    args: ["-c", "credential.helper=", "-c", `credential.helper=${fromEnvironment}`],
    env: { GIT_USER: user, GIT_TOKEN: token },
  };
}

/** Git runs this, which prints the token from the environment. */
const fromEnvironment = `!f() { echo "username=$GIT_USER"; echo "password=$GIT_TOKEN"; }; f`;
