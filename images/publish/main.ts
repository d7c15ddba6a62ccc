import { HELP, parseCommandLine } from "./cliOptions.ts";
import { failureKind } from "./snapshot/failure.ts";
import { progressReport } from "./progressReport.ts";
import { BootTestFailed, deleteRequest, runRequest } from "./runRequest.ts";

const EXIT = {
  failed: 1,
  usage: 2,
  bootTest: 3,
  tryAgain: 75,
  credentials: 77,
  interrupt: 130,
  terminate: 143,
};

const stopped = new AbortController();
for (const [name, code] of [
  ["SIGINT", EXIT.interrupt],
  ["SIGTERM", EXIT.terminate],
] as const) {
  process.on(name, () => {
    // The first one lets the pending snapshot be deleted; the second ends at once, and the next run sweeps.
    if (stopped.signal.aborted) process.exit(code);
    process.exitCode = code;
    stopped.abort(new DOMException(`stopped by ${name}`, "AbortError"));
  });
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number | string | undefined> {
  let invocation;
  try {
    invocation = await parseCommandLine(args, process.env);
  } catch (error) {
    process.stderr.write(`${message(error)}\n`);
    return EXIT.usage;
  }
  if (!invocation) {
    process.stdout.write(HELP);
    return 0;
  }
  const { request, quiet } = invocation;
  const report = progressReport(quiet);
  const run = { say: report.say, onProgress: report.update, signal: stopped.signal };
  try {
    const result = request.delete
      ? { deleted: await deleteRequest(request, run) }
      : await runRequest(request, run);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${request.name}: ${message(error)}\n`);
    return exitCode(error);
  }
}

function exitCode(error: unknown): number | string | undefined {
  if (error instanceof BootTestFailed) return EXIT.bootTest;
  const kind = failureKind(error);
  if (kind === "aborted") return process.exitCode ?? EXIT.failed;
  if (kind === "credentials") return EXIT.credentials;
  return kind === "transient" || kind === "notYet" ? EXIT.tryAgain : EXIT.failed;
}

/** The message, with AWS's name of the error where it has one. */
function message(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" || error.message.includes(error.name)
    ? error.message
    : `${error.name}: ${error.message}`;
}
