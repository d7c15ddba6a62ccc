import { execa } from "execa";
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "../test/emulator/start.ts";

/** What a program used until it ended. */
export interface Usage {
  /** Largest resident memory. */
  peakMiB: number;
  /** Processor time of the program itself, which the emulator's own is not part of. */
  cpuSeconds: number;
}

/** One upload. */
export interface Run extends Usage {
  seconds: number;
}

const region = "eu-central-1";
const ticksPerSecond = 100;

/** The command that publishes a disk as one whole snapshot; `digest` makes it another disk to the emulator. */
export function ourCommand(disk: string, folder: string, digest: string): string[] {
  const options = ["--region", region, "--state-folder", join(folder, "state"), "--quiet"];
  return ["node", "images/publish/main.ts", ...options, `${disk}@sha256:${digest.padStart(64, "0")}`];
}

export function coldsnapCommand(coldsnap: string, disk: string): string[] {
  return [coldsnap, "upload", "--no-progress", "--omit-zero-blocks", "--wait", disk];
}

/** `cargo install coldsnap --root ~/.cache/immutable-fleets/coldsnap` puts it there. */
export async function coldsnapPath(): Promise<string | undefined> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const path = join(cache, "immutable-fleets/coldsnap/bin/coldsnap");
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Runs an upload into an empty emulator, from the start of the program to the completed snapshot. */
export async function measured(emulator: Emulator, [program = "", ...rest]: string[]): Promise<Run> {
  await emulator.reset();
  const started = performance.now();
  const child = execa(program, rest, { env: emulator.environment, stdout: "ignore" });
  const usage = await watched(child.pid ?? 0, child);
  return { seconds: (performance.now() - started) / 1000, ...usage };
}

/** What a process of Linux used, read every 50 ms from /proc until `ended`: the last reading before its end counts. */
export async function watched(pid: number, ended: PromiseLike<unknown>): Promise<Usage> {
  const usage = { peakMiB: 0, cpuSeconds: 0 };
  const watch = setInterval(() => void read(pid, usage), 50);
  try {
    await ended;
    return usage;
  } finally {
    clearInterval(watch);
  }
}

async function read(pid: number, usage: Usage): Promise<void> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ") ?? [];
    usage.peakMiB = Math.max(usage.peakMiB, Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
    usage.cpuSeconds = Math.max(usage.cpuSeconds, (Number(fields[11]) + Number(fields[12])) / ticksPerSecond);
  } catch {
    // The process has ended.
  }
}
