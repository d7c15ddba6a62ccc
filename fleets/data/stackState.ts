import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import type { ExportedState } from "../../plan/data/heldData.ts";

let reading: { stack: string; state: Promise<ExportedState>; isTold: boolean } | undefined;

/**
 * Begins to read the state of a stack as it is before an update, while the engine still starts: the program that runs in this
 * process then need not wait for it. What was begun before and has not been asked for yet is that.
 */
export function readStackStateAhead(stack: string): void {
  if (reading?.stack === stack && !reading.isTold) return;
  reading = { stack, state: exportState(stack), isTold: false };
  // Whoever waits for it is told.
  reading.state.catch(() => undefined);
}

/**
 * The state of a stack as it is before an update, secrets encrypted; empty where there is no such stack yet.
 * @throws Error when the backend does not tell.
 */
export function stackState(stack: string): Promise<ExportedState> {
  if (reading?.stack !== stack) reading = { stack, state: exportState(stack), isTold: true };
  reading.isTold = true;
  return reading.state;
}

/** The same as it is now. */
export async function exportState(stack: string): Promise<ExportedState> {
  const args = ["stack", "export", "--stack", stack, "--non-interactive"];
  const result = await execa("pulumi", args, {
    ...{ cwd: projectRoot, reject: false, stdin: "ignore", maxBuffer: 1 << 30 },
  });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as ExportedState;
  if (/no stack named/.test(result.stderr)) return {};
  const reason = result.stderr.trim() || result.shortMessage || "nothing";
  throw new Error(
    `pulumi stack export --stack ${stack}: expected the state, to see which data it has, got ${reason}; mend what it says`,
  );
}
