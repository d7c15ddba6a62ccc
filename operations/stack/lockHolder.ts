import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { formatTime } from "../text/format.ts";

/** Who holds a stack's lock, as Pulumi's own backends (file://, buckets) tell it. */
export interface LockHolder {
  /** Where the lock is, as a URL of the backend. */
  url: string;
  user: string;
  host: string;
  pid: number;
  since: Date;
}

/** A lock of a stack, and its holder; undefined where the file does not tell, since not all of it was written. */
export interface StackLock {
  file: string;
  holder: LockHolder | undefined;
}

const line = /^ *(\S+): created by (.*)@(\S*) \(pid (\d+)\) at (\S+)$/gm;

/** The holders that an engine names when it finds a stack locked; none where the backend is of another kind. */
export function holdersIn(message: string): LockHolder[] {
  return [...message.matchAll(line)].map(([, url = "", user = "", host = "", pid, since = ""]) => ({
    ...{ url, user, host, pid: Number(pid), since: new Date(since) },
  }));
}

/** `root@build-7 (process 4711), since 2026-11-28 18:00 UTC`. */
export function describeHolder({ user, host, pid, since }: LockHolder): string {
  return `${user}@${host} (process ${pid}), since ${formatTime(since.toISOString())}`;
}

/** The file of a lock; undefined where it is in no file of this machine. */
export function lockFileOf({ url }: LockHolder): string | undefined {
  if (!url.startsWith("file:///")) return undefined;
  const place = new URL(url);
  place.search = "";
  return fileURLToPath(place);
}

/** Whether a lock's holder was a process of this machine that lives no more. Of another machine's nobody here can tell. */
export function isDead(holder: LockHolder, self = hostname()): boolean {
  return holder.host === self && !lives(holder);
}

function lives({ pid, since }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const found = processOf(pid);
  if (!found) return true;
  if (found.state === "Z" || found.state === "X") return false;
  // The number was given to another process. A clock that was set makes a start look later than it was: so the name counts, too.
  const isLater = found.startedAt.getTime() > since.getTime() + toleranceMilliseconds;
  return !isLater || found.name.startsWith("pulumi");
}

/** How far the clock of starts and that of locks may be apart. */
const toleranceMilliseconds = 5_000;

/** Clock ticks in a second, in which Linux tells when processes started: the same on all its machines. */
const ticksPerSecond = 100;

/** What Linux tells of a process (proc_pid_stat(5)); undefined on other systems. */
function processOf(pid: number): { name: string; state: string; startedAt: Date } | undefined {
  try {
    const [, name = "", rest = ""] =
      /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const fields = rest.split(" ");
    const startedSeconds = booted + Number(fields[19]) / ticksPerSecond;
    return { name, state: fields[0] ?? "", startedAt: new Date(startedSeconds * 1000) };
  } catch {
    return undefined;
  }
}
