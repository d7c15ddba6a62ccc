import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../test/emulator/start.ts";
import { median, type Figure } from "./table.ts";
import { coldsnapCommand, coldsnapPath, measured, ourCommand, type Run } from "./upload.ts";

const MIB = 1024 ** 2;

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
      // Another digest in each round: else the first round's snapshot would be found.
      ours.push(await measured(emulator, ourCommand(disk, folder, String(round))));
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

async function makeDisk(folder: string): Promise<string> {
  const path = join(folder, "disk.raw");
  const file = await open(path, "w");
  for (let index = 0; index < dataMiB; index += 1)
    await file.write(randomBytes(MIB), 0, MIB, 2 * index * MIB);
  await file.truncate(2 * dataMiB * MIB);
  await file.close();
  return path;
}

/** The run of median length, with the largest memory of any. */
function middle(runs: Run[]): Run {
  const seconds = median(runs.map((run) => run.seconds));
  const run = runs.find((each) => each.seconds === seconds) ?? { seconds, cpuSeconds: 0 };
  return { ...run, peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB)) };
}
