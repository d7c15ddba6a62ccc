import { execa } from "execa";
import type { BuildLog } from "./log.ts";

/** Seconds of silence after which a step says that it still goes on. */
const heartbeatSeconds = 5;

/** How a program is run: extra environment, working folder, a file for standard output (default: the log), what ends it. */
export interface RunOptions {
  signal?: AbortSignal;
  environment?: Record<string, string>;
  folder?: string;
  output?: string;
  /** What is shown as `***` in the log. */
  hides?: readonly string[];
  /** How the program is called for people; default: by its name. */
  called?: string;
}

/**
 * Runs a program with its output in the build's log, and a sign of life every few seconds.
 * @throws Error with the last lines of the log when it fails.
 */
export async function runLogged(
  log: BuildLog,
  command: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<void> {
  const [program, ...args] = command;
  const file = { file: log.file, append: true };
  const { hides = [], called = program } = options;
  const sink = hides.length === 0 ? file : ([hiding(hides), file] as const);
  const heartbeat = setInterval(() => {
    const at = log.doing();
    log.step(at === undefined ? `${called} goes on` : `${called} goes on, at "${at}"`);
  }, heartbeatSeconds * 1000);
  try {
    const child = execa(program, args, {
      env: options.environment ?? {},
      ...(options.signal && { cancelSignal: options.signal }),
      ...(options.folder !== undefined && { cwd: options.folder }),
      stdin: "ignore",
      stdout: options.output === undefined ? sink : { file: options.output },
      stderr: sink,
      buffer: false,
      reject: false,
    });
    const result = await child;
    if (!result.failed) return;
    throw new Error(`${program}: ${result.shortMessage ?? "failed"}\n${log.tail()}`);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Lines without what they are to hide. */
function hiding(secrets: readonly string[]) {
  return function* (line: unknown) {
    yield secrets.reduce((text, secret) => text.replaceAll(secret, "***"), String(line));
  };
}
