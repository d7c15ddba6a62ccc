import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

/** Has the state refuse to destroy these resources. None: nothing is done. @throws Error with what Pulumi said. */
export function protect(stack: string, urns: readonly string[]): Promise<void> {
  return change("protect", stack, urns);
}

/** Has the state allow it. The next `up` protects again what the configuration protects. @throws Error with what Pulumi said. */
export function unprotect(stack: string, urns: readonly string[]): Promise<void> {
  return change("unprotect", stack, urns);
}

/** The command line that a person would use for it. */
export function protectionCommand(
  what: "protect" | "unprotect",
  stack: string,
  urns: readonly string[],
): string[] {
  return ["state", what, ...urns, "--yes", "--stack", stack];
}

async function change(what: "protect" | "unprotect", stack: string, urns: readonly string[]): Promise<void> {
  if (urns.length === 0) return;
  const args = [...protectionCommand(what, stack, urns), "--non-interactive"];
  const result = await execa("pulumi", args, { cwd: projectRoot, reject: false, stdin: "ignore" });
  if (result.exitCode === 0) return;
  const reason = result.stderr.trim() || result.shortMessage || "nothing";
  throw new Error(`pulumi state ${what}: expected it done, got ${reason}; mend that and run it again`);
}
