import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { containersLabelled } from "../../engine/containers.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { labels } from "../../engine/labels.ts";
import type { BuildLog } from "../../work/log.ts";

/** How long a box may do nothing while Mitogen works in it, in seconds, unless FLEET_BUILD_IDLE_SECONDS says otherwise. */
const defaultIdleSeconds = 120;
/** How often one looks, in seconds. */
const lookSeconds = 5;
/** A box that takes this much of a processor works, in percent; one that waits takes a few hundredths. */
const workingPercent = 1;
/** So does one that has sent or got as much since the last look, in bytes; a bridge's own traffic is less. */
const workingBytes = 10_000;
/** What waits for a box has ended this long after the box is gone, in seconds, or is ended. */
const endingSeconds = 30;

/** What a box takes: a part of a processor, in percent, and what it sent and got since it started, in bytes. */
export interface Load {
  processorPercent: number;
  networkBytes: number;
}

const statsSchema = z.object({ CPUPerc: z.string(), NetIO: z.string() });
const unitBytes: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** The seconds of the environment variable FLEET_BUILD_IDLE_SECONDS; 0 lets a box do nothing for ever. */
export function idleSeconds(environment: NodeJS.ProcessEnv = process.env): number {
  const given = environment["FLEET_BUILD_IDLE_SECONDS"];
  if (given === undefined || given === "") return defaultIdleSeconds;
  if (/^\d+$/.test(given)) return Number(given);
  throw new Error(
    `FLEET_BUILD_IDLE_SECONDS: expected a whole number of seconds, got ${given}; take it away, or say 0 for no limit`,
  );
}

/** Reads a line of `docker stats --format '{{json .}}'`. */
export function readLoad(line: string): Load {
  const { CPUPerc, NetIO } = statsSchema.parse(JSON.parse(line));
  const amounts = [...NetIO.matchAll(/([\d.]+)\s*([kMGT]?B)/g)];
  const networkBytes = amounts.reduce((sum, [, number, unit = "B"]) => {
    return sum + Number(number) * (unitBytes[unit] ?? 1);
  }, 0);
  return { processorPercent: Number.parseFloat(CPUPerc) || 0, networkBytes };
}

/** Whether a box has worked between two looks. */
export function hasWorked(before: Load | undefined, now: Load): boolean {
  if (now.processorPercent >= workingPercent) return true;
  return before !== undefined && now.networkBytes - before.networkBytes >= workingBytes;
}

/** Whose box is watched, and how long it may do nothing. */
interface Watched {
  /** Name of the build, with which its box is labelled. */
  build: string;
  /** 0 for no limit. */
  limitSeconds: number;
  /** Whether the box waits for something that is made elsewhere. */
  isWaiting: () => boolean;
}

/**
 * Does work in the box of a build, and takes the box away when for too long nothing is printed and the box does nothing: what
 * waits for it then fails. The log gets what the box was at.
 * @param work gets a signal that aborts it when it goes on without its box
 */
export async function refusingIdleness(
  log: BuildLog,
  watched: Watched,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const stuck = new AbortController();
  const watching = watched.limitSeconds === 0 ? undefined : watch(log, watched, { done: done.signal, stuck });
  try {
    await work(stuck.signal);
  } finally {
    done.abort();
    await watching;
  }
}

async function watch(
  log: BuildLog,
  { build, limitSeconds, isWaiting }: Watched,
  { done, stuck }: { done: AbortSignal; stuck: AbortController },
): Promise<void> {
  let since = Date.now();
  let printed = log.printedBytes();
  let load: Load | undefined;
  while (await passes(Math.min(lookSeconds, limitSeconds), done)) {
    const boxes = await boxesOf(build);
    const now = await loadOf(boxes, done);
    const works = now === undefined || isWaiting() || log.printedBytes() !== printed || hasWorked(load, now);
    printed = log.printedBytes();
    load = now;
    if (works) since = Date.now();
    if (Date.now() - since < limitSeconds * 1000) continue;
    log.step(`does nothing for ${limitSeconds} s at "${log.doing() ?? "its start"}": takes its box away`);
    await takeAway(boxes, log);
    if (await passes(endingSeconds, done)) stuck.abort();
    return;
  }
}

/** Waits; false when `done` came before. */
async function passes(seconds: number, done: AbortSignal): Promise<boolean> {
  return sleep(seconds * 1000, true, { signal: done }).catch(() => false);
}

// An engine that does not answer is no reason to end here: whoever works in the box meets it, too.
function boxesOf(build: string): Promise<string[]> {
  return containersLabelled(`${labels.build}=${build}`).catch(() => []);
}

/**
 * Undefined where there is no box yet, or the engine does not tell: a box is not taken away on a guess. The engine measures for two seconds,
 * for which nobody waits whose work is done.
 */
async function loadOf([box]: readonly string[], done: AbortSignal): Promise<Load | undefined> {
  if (box === undefined) return undefined;
  return localEngine
    .run(["stats", "--no-stream", "--format", "{{json .}}", box], { signal: done })
    .then(readLoad)
    .catch(() => undefined);
}

async function takeAway(boxes: readonly string[], log: BuildLog): Promise<void> {
  for (const box of boxes) {
    const shown = await localEngine
      .run(["top", box, "-eo", "pid,ppid,stat,wchan:24,etime,args"])
      .catch(String);
    appendFileSync(log.file, `${shown}\n`);
    await localEngine.run(["rm", "--force", "--volumes", box]).catch((error: unknown) => {
      log.step(`could not take it away: ${String(error)}`);
    });
  }
}
