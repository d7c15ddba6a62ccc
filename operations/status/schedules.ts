import { z } from "zod";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { filesAt } from "../../images/existing/files.ts";
import { schedulesFolder } from "../../plan/environment/schedules.ts";
import type { WantedBox } from "../state/box.ts";
import { formatAge, formatTime, timeOfSeconds } from "../text/format.ts";

/** A schedule, as its box has noted it last. */
export interface ScheduleStatus {
  /** `shop-schedules-1`. */
  box: string;
  schedule: string;
  /** When it is due next, UTC. */
  next: string;
  /** The last run; absent before the first. */
  last?: {
    began: string;
    /** What became of it; `cut off`: its box ended before it. */
    result: "running" | "succeeded" | "failed" | "cut off";
    exitCode?: number;
    seconds?: number;
    /** Why it failed, where its exit code does not say it. */
    why?: string;
  };
  /** Times at which nothing could run it. */
  missed: number;
  /** Times at which it still ran. */
  skipped: number;
}

const moment = z.number();
/** What fleets/schedules/scheduler.py writes of a schedule: what it plans, and what it ran. */
const noteSchema = z.object({ next: moment, missed: z.number(), skipped: z.number() });
const resultSchema = z.object({
  began: moment,
  ended: moment.optional(),
  exitCode: z.number().optional(),
  why: z.string().optional(),
  cutOff: z.literal(true).optional(),
});
type Result = z.output<typeof resultSchema>;

/** The schedules of some boxes, by what is noted on their volumes; of a box that is not there nothing is known. */
export async function lookAtSchedules(
  boxes: readonly Pick<WantedBox, "name" | "id" | "volumes">[],
  engine: DockerClient,
): Promise<ScheduleStatus[]> {
  const own = boxes.filter(({ volumes }) => volumes[schedulesFolder] !== undefined);
  const all = await Promise.all(
    own.map(async ({ name, id }) => {
      const files = await filesAt(id, schedulesFolder, engine);
      return schedulesOf(name, new Map(files.map(({ path, content = "" }) => [path, content])));
    }),
  );
  return all.flat();
}

/** The schedules of a box. @param files their texts by path. */
export function schedulesOf(box: string, files: ReadonlyMap<string, string>): ScheduleStatus[] {
  const notes = files.get(`${schedulesFolder}/schedules.json`);
  // A box that waits for another one to end has noted nothing yet.
  if (notes === undefined) return [];
  return Object.entries(z.record(z.string(), noteSchema).parse(JSON.parse(notes))).map(
    ([schedule, { next, missed, skipped }]) => {
      const written = files.get(`${schedulesFolder}/${schedule}.result.json`);
      const last = written === undefined ? undefined : lastOf(resultSchema.parse(JSON.parse(written)));
      return { box, schedule, next: timeOfSeconds(next), ...(last && { last }), missed, skipped };
    },
  );
}

function lastOf({ began, ended, exitCode, why, cutOff }: Result): NonNullable<ScheduleStatus["last"]> {
  if (ended === undefined) return { began: timeOfSeconds(began), result: cutOff ? "cut off" : "running" };
  return {
    began: timeOfSeconds(began),
    result: exitCode === 0 && why === undefined ? "succeeded" : "failed",
    ...(exitCode !== undefined && { exitCode }),
    seconds: Math.round(ended - began),
    ...(why !== undefined && { why }),
  };
}

/** The schedules for a terminal, as a table's rows, with its head. */
export function scheduleRows(schedules: readonly ScheduleStatus[]): string[][] {
  const head = ["SCHEDULE", "BOX", "LAST", "RESULT", "NEXT", "MISSED", "SKIPPED"];
  const rows = schedules.map(({ schedule, box, last, next, missed, skipped }) => [
    schedule,
    box,
    last ? formatTime(last.began) : "–",
    last ? resultWords(last) : "–",
    formatTime(next),
    String(missed),
    String(skipped),
  ]);
  return [head, ...rows];
}

function resultWords({ result, exitCode, seconds, why }: NonNullable<ScheduleStatus["last"]>): string {
  const words = [
    exitCode === undefined ? result : `${result}, exit code ${exitCode}`,
    ...(why === undefined ? [] : [why]),
  ].join(", ");
  return seconds === undefined ? words : `${words}, ${formatAge(seconds)}`;
}
