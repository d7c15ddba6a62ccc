import { progress } from "../images/machine/progress.ts";
import { failureKind } from "../images/publish/snapshot/failure.ts";
import { BootTestFailed } from "../images/publish/runRequest.ts";
import { makeImage } from "../operations/image/make.ts";
import { readCommand } from "./line/imageOptions.ts";

const exitCodes = { failed: 1, bootTest: 3, tryAgain: 75, credentials: 77, interrupted: 130 };

const command = readCommand();
const { say, end } = progress(command.fleet);
const stopped = new AbortController();
let publishing = false as boolean;

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    // Nothing here outlives this process but a pending snapshot, which is deleted first; a second signal ends at once.
    if (!publishing || stopped.signal.aborted) process.exit(exitCodes.interrupted);
    stopped.abort(new DOMException(`stopped by ${signal}`, "AbortError"));
  });

try {
  const made = await makeImage(command, {
    say,
    signal: stopped.signal,
    publishing: () => {
      publishing = true;
    },
  });
  process.stdout.write(`${made}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode(error);
} finally {
  end();
}

function exitCode(error: unknown): number {
  if (stopped.signal.aborted) return exitCodes.interrupted;
  if (error instanceof BootTestFailed) return exitCodes.bootTest;
  const kind = publishing ? failureKind(error) : "final";
  if (kind === "credentials") return exitCodes.credentials;
  return kind === "transient" || kind === "notYet" ? exitCodes.tryAgain : exitCodes.failed;
}
