import { inspect } from "node:util";
import { unseenWords, wordsOf } from "../../operations/stack/failure.ts";
import { stopEngine } from "../../operations/stack/output.ts";
import { removeTorn } from "../../operations/stack/torn.ts";
import { interrupt } from "../../work/interruption.ts";
import { messageOf } from "../../work/message.ts";
import { roomText } from "./room.ts";

/** Exit code for a wrong command line. */
export const usageExitCode = 64;

/** Exit codes after a signal, as shells have them. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 };

/**
 * Runs a command to its end and sets the exit code: 0 when it worked, 1 when it failed, 130 after Ctrl-C, 143 after SIGTERM.
 * What the engine has told already is not told again; everything else is, without a stack trace: no failure is without a word.
 */
export async function runCommand(work: () => Promise<unknown>): Promise<void> {
  let interrupted = undefined as keyof typeof exitCodes | undefined;
  // Ctrl-C reaches the engine too, in the same process group; twice would kill it. SIGTERM is for this process alone.
  const note = (signal: NodeJS.Signals) => {
    if (interrupted === undefined)
      process.stderr.write("\nInterrupted: waiting for the engine to stop in order.\n");
    interrupted ??= signal === "SIGTERM" ? "SIGTERM" : "SIGINT";
    interrupt();
    if (signal === "SIGTERM") stopEngine();
  };
  // Who read it may be gone (`| head`, a closed terminal): what has begun goes on to its end all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", goesOnUnread);
  process.on("SIGINT", note);
  process.on("SIGTERM", note);
  try {
    removeTorn();
    await work();
  } catch (error) {
    const { unseen, said } = await wordsOfFailure(error);
    if (unseen !== "") process.stderr.write(`${unseen}\n`);
    process.stderr.write(roomText(said));
    process.exitCode = 1;
  }
  if (interrupted) process.exitCode = exitCodes[interrupted];
}

let isTold = false;

/** Nobody reads on, which Pulumi would tell of in the same place, without an end; whatever else is wrong there is told once. */
function goesOnUnread(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || isTold) return;
  isTold = true;
  process.exitCode = 1;
  process.stderr.write(
    `output: expected that it can be written, got ${error.message}; free what is full, or send it elsewhere\n`,
  );
}

/** What was said of a failure, and what of it nobody has seen: empty only where the engine's own words were all shown. */
async function wordsOfFailure(error: unknown): Promise<{ unseen: string; said: string }> {
  // Loaded only here, since it takes longer than most commands to read their line.
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  if (error instanceof CommandError) {
    const { stdout, stderr } = wordsOf(error);
    return { unseen: unseenWords(error), said: stdout + stderr };
  }
  const text = messageOf(error);
  const told = text.trim() === "" ? `expected no failure, got one without a reason: ${inspect(error)}` : text;
  return { unseen: told, said: told };
}
