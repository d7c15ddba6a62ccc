import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";

/** What a program changes: a child that it starts, a file that it opens for writing, writes whole, moves or removes. */
const calls = "execve,openat,creat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat";
const change =
  /^\d+ +(?:\d[\d.:]* +)?(?!.*(?:\/dev\/|\/proc\/|node_modules|\/\.cache\/node\/))(?:execve|creat|rename\w*|link\w*|unlink\w*|mkdir\w*|openat\(.*O_(?:WRONLY|RDWR)).*\) += \d/;

/** How a program ended that was to be killed. */
export interface Killed {
  /** Whether it was; else it had ended before. */
  killed: boolean;
  /** Of the calls that change something, how many were seen. */
  seen: number;
  /** The last one. */
  last: string;
  exitCode: number | undefined;
  all: string;
}

/** Where and with what a program runs. */
export interface Place {
  folder: string;
  environment: Readonly<Record<string, string>>;
}

/**
 * Runs a program and kills it with all its children, as `kill -9` does, right after the nth call, counted from 1 over all of them,
 * that changes a file or starts a child.
 */
export async function killedAfter(
  nth: number,
  command: readonly string[],
  { folder, environment }: Place,
): Promise<Killed> {
  const own = mkdtempSync(path.join(tmpdir(), "fleet-faults-"));
  const pipe = path.join(own, "calls");
  try {
    await execa("mkfifo", [pipe]);
    // Its tracees die with it, whatever group they put themselves into: strace asks the kernel for that.
    const options = ["-f", "--seccomp-bpf", "-qq", "-s", "200", "-e", "signal=none", "-e", `trace=${calls}`];
    const running = execa("strace", [...options, "-o", pipe, ...command], {
      ...{ cwd: folder, env: environment, all: true, reject: false, stdin: "ignore" },
    });
    let [seen, last, killed] = [0, "", false];
    const lines = createInterface({ input: createReadStream(pipe, "utf8") });
    lines.on("line", (line) => {
      if (killed || !change.test(line)) return;
      last = line;
      if (++seen < nth) return;
      const own = descendantsOf(running.pid ?? 0);
      killed = running.kill("SIGKILL");
      // Now and then the kernel leaves one of them, which then hangs for minutes.
      for (const pid of own) endNow(pid);
    });
    const { exitCode, all } = await running;
    lines.close();
    return { killed, seen, last, exitCode, all };
  } finally {
    rmSync(own, { recursive: true });
  }
}

/** Ids of all that a process has started, and these. */
function descendantsOf(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const of = (id: number): number[] =>
    parents.filter(([, parent]) => parent === id).flatMap(([child]) => [child, ...of(child)]);
  return of(pid);
}

/** 0 where it has ended meanwhile. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Why this machine cannot kill programs so; undefined when it can. */
export async function noTracer(): Promise<string | undefined> {
  const asked = await execa("strace", ["-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "true"], {
    reject: false,
  });
  return asked.failed ? "killing programs at their calls needs strace, and the right to trace" : undefined;
}
