import { constants } from "node:os";
import { execa } from "execa";
import { messageOf } from "../../work/message.ts";
import type { Announcement } from "./announcement.ts";

/** What a hook may take. */
export interface HookTime {
  timeoutSeconds: number;
  /** Once it is ended, to do so by itself. */
  graceMilliseconds: number;
}

export const usualGrace = 5_000;

/**
 * Runs a hook in the project's folder, with what is announced on its standard input, to its end or to the end of its time; Ctrl-C and SIGTERM
 * end it, too. What it started ends with it.
 * @returns what it ended with, in words; undefined: it ended well.
 */
export async function runHook(
  root: string,
  [program = "", ...args]: readonly string[],
  announcement: Announcement,
  { timeoutSeconds, graceMilliseconds }: HookTime,
): Promise<string | undefined> {
  let ended: string | undefined;
  let kill: NodeJS.Timeout | undefined;
  const end = (why: string) => {
    ended ??= why;
    signalGroup(child.pid, "SIGTERM");
    kill ??= setTimeout(() => {
      signalGroup(child.pid, "SIGKILL");
    }, graceMilliseconds);
  };
  const interrupted = () => {
    end("interrupted");
  };
  // Before it is started: a signal that comes while it is would end this process alone.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupted);
  const timer = setTimeout(() => {
    end(`no end after ${timeoutSeconds} s`);
  }, timeoutSeconds * 1000);
  const child = execa(program, args, {
    ...{ cwd: root, detached: true, cleanup: false, reject: false },
    // Nothing is read of it: what it leaves running may hold no pipe open.
    ...{ stdin: ["pipe"], stdout: "inherit", stderr: "inherit", buffer: false },
  });
  // It need not read what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${JSON.stringify(announcement)}\n`);
  try {
    const { failed, exitCode, signal, code } = await child;
    // Its own children had the signal as well, and may have passed it over.
    if (ended !== undefined) signalGroup(child.pid, "SIGKILL");
    if (ended !== undefined || !failed) return ended;
    return exitCode === undefined ? (signal ?? code ?? "no end") : `exit code ${exitCode}`;
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
    clearTimeout(kill);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupted);
  }
}

/** Sends a signal to a program and all that it started, which may be gone. */
function signalGroup(pid: number | undefined, signal: keyof typeof constants.signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
