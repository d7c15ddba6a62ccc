import { execa } from "execa";
import { randomBytes } from "node:crypto";
import { access, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../test/emulator/start.ts";
import type { Emulator } from "../test/emulator/start.ts";
import { median, type Figure } from "./table.ts";

/** One upload. */
interface Run {
  seconds: number;
  /** Largest resident memory of any run. */
  peakMiB: number;
  /** Processor time of the client, which the emulator's own is not part of. */
  cpuSeconds: number;
}

const MIB = 1024 ** 2;
const REGION = "eu-central-1";
const TICKS_PER_SECOND = 100;

/** Random data on the disk, in MiB; as much again is empty. */
const dataMiB = Number(process.env["FLEET_BENCH_PUBLISH_MIB"] ?? 512);

/** Runs of each program, in turns; the median counts. */
const rounds = 3;

/**
 * One disk uploaded to the emulator on loopback, by main.ts and by coldsnap where it is installed, in turns: from the start of the
 * program to the completed snapshot.
 *
 * The emulator (Python) is what limits the speed on loopback, so equal speeds mean that neither client is the limit.
 */
export async function publishFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-publish-"));
  const emulator = await startEmulator();
  try {
    const disk = await makeDisk(folder);
    const coldsnap = await coldsnapPath();
    if (coldsnap === undefined)
      process.stderr.write("publish: no peer, for coldsnap is not installed; docs/publishing.md says how\n");
    const [ours, theirs]: [Run[], Run[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await measured(emulator, ourCommand(disk, folder, round)));
      if (coldsnap !== undefined) theirs.push(await measured(emulator, coldsnapCommand(coldsnap, disk)));
    }
    return figures(middle(ours), theirs.length > 0 ? middle(theirs) : undefined);
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true });
  }
}

function figures(ours: Run, theirs: Run | undefined): Figure[] {
  const megabytes = (dataMiB * MIB) / 1e6;
  const row = (what: string, field: keyof Run, show: (run: Run) => string, goal?: string): Figure => ({
    what,
    ours: show(ours),
    ...(theirs && { peer: show(theirs), ratio: ours[field] / theirs[field] }),
    ...(goal !== undefined && { goal }),
  });
  const speed = ({ seconds }: Run): string =>
    `${seconds.toFixed(1)} s, ${(megabytes / seconds).toFixed(0)} MB/s`;
  return [
    row(`upload of ${megabytes.toFixed(0)} MB to the emulator (peer: coldsnap)`, "seconds", speed, "≤ 1"),
    row("… memory peak", "peakMiB", ({ peakMiB }) => `${peakMiB.toFixed(0)} MiB`, "< 256 MiB"),
    row("… processor time of the client", "cpuSeconds", ({ cpuSeconds }) => `${cpuSeconds.toFixed(1)} s`),
  ];
}

/** Another digest in each round: else the first round's snapshot would be reused. */
function ourCommand(disk: string, folder: string, round: number): string[] {
  const digest = `sha256:${String(round).padStart(64, "0")}`;
  const options = ["--region", REGION, "--state-folder", join(folder, "state"), "--quiet"];
  return ["node", "images/publish/main.ts", ...options, `${disk}@${digest}`];
}

function coldsnapCommand(coldsnap: string, disk: string): string[] {
  return [coldsnap, "upload", "--no-progress", "--omit-zero-blocks", "--wait", disk];
}

async function measured(emulator: Emulator, [program = "", ...rest]: string[]): Promise<Run> {
  await emulator.reset();
  const started = performance.now();
  const child = execa(program, rest, { env: emulator.environment, stdout: "ignore" });
  const usage = { peakMiB: 0, cpuSeconds: 0 };
  const watch = setInterval(() => void read(child.pid ?? 0, usage), 50);
  try {
    await child;
  } finally {
    clearInterval(watch);
  }
  return { seconds: (performance.now() - started) / 1000, ...usage };
}

/** Memory and processor time of a process so far, from Linux's /proc; the last reading before its end counts. */
async function read(pid: number, usage: { peakMiB: number; cpuSeconds: number }): Promise<void> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ") ?? [];
    usage.peakMiB = Math.max(usage.peakMiB, Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
    usage.cpuSeconds = Math.max(
      usage.cpuSeconds,
      (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    );
  } catch {
    // The process has ended.
  }
}

async function makeDisk(folder: string): Promise<string> {
  const path = join(folder, "disk.raw");
  const file = await open(path, "w");
  for (let index = 0; index < dataMiB; index += 1)
    await file.write(randomBytes(MIB), 0, MIB, 2 * index * MIB);
  await file.truncate(2 * dataMiB * MIB);
  await file.close();
  return path;
}

/** `cargo install coldsnap --root ~/.cache/immutable-fleets/coldsnap` puts it there (10 minutes). */
async function coldsnapPath(): Promise<string | undefined> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const path = join(cache, "immutable-fleets/coldsnap/bin/coldsnap");
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** The run of median length, with the largest memory of any. */
function middle(runs: Run[]): Run {
  const seconds = median(runs.map((run) => run.seconds));
  const run = runs.find((each) => each.seconds === seconds) ?? { seconds, cpuSeconds: 0 };
  return { ...run, peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB)) };
}
