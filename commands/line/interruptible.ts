import { progress } from "../../images/machine/progress.ts";
import { BootTestFailed } from "../../images/publish/runRequest.ts";
import { failureKind } from "../../images/publish/snapshot/failure.ts";
import type { ImageProgress } from "../../operations/image/request.ts";
import { messageOf } from "../../work/message.ts";

const exitCodes = { failed: 1, bootTest: 3, tryAgain: 75, credentials: 77, interrupted: 130 };

/** Makes an image, prints what was made, and sets the exit code; Ctrl-C leaves nothing behind in AWS. */
export async function interruptible(
  fleet: string,
  make: (making: ImageProgress) => Promise<string>,
): Promise<void> {
  const { say, end } = progress(fleet);
  const stopped = new AbortController();
  let publishing = false as boolean;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      // Nothing here outlives this process but a pending snapshot, which is deleted first; a second signal ends at once.
      if (!publishing || stopped.signal.aborted) process.exit(exitCodes.interrupted);
      stopped.abort(new DOMException(`stopped by ${signal}`, "AbortError"));
    });
  const made = () => {
    publishing = true;
  };
  try {
    process.stdout.write(`${await make({ say, signal: stopped.signal, publishing: made })}\n`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = stopped.signal.aborted ? exitCodes.interrupted : exitCodeOf(error, publishing);
  } finally {
    end();
  }
}

function exitCodeOf(error: unknown, publishing: boolean): number {
  if (error instanceof BootTestFailed) return exitCodes.bootTest;
  const kind = publishing ? failureKind(error) : "final";
  if (kind === "credentials") return exitCodes.credentials;
  return kind === "transient" || kind === "notYet" ? exitCodes.tryAgain : exitCodes.failed;
}
