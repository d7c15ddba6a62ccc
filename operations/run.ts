import { CommandError } from "@pulumi/pulumi/automation/index.js";

/** Exit code after Ctrl-C, as shells have it. */
const interruptedExitCode = 130;

/**
 * Runs a command to its end and sets the exit code: 0 when it worked, 1 when it failed, 130 after Ctrl-C. The engine has
 * told of its own errors already; others are printed without a stack trace.
 */
export async function runCommand(work: () => Promise<unknown>): Promise<void> {
  let interrupted = false as boolean;
  // The engine, in the same process group, gets the signal too, ends what it does in order and then returns.
  const note = () => {
    if (!interrupted) process.stderr.write("\nInterrupted: waiting for the engine to stop in order.\n");
    interrupted = true;
  };
  process.on("SIGINT", note);
  process.on("SIGTERM", note);
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError))
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  if (interrupted) process.exitCode = interruptedExitCode;
}

/** Engine output goes to the terminal as it comes. */
export const output = {
  onOutput: (text: string) => void process.stdout.write(text),
  color: process.stdout.isTTY ? "always" : "never",
} as const;
