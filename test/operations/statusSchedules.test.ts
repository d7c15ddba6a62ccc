import { deepEqual, equal } from "node:assert/strict";
import { schedulesOf, type ScheduleStatus } from "../../operations/status/schedules.ts";
import { statusOf } from "../../operations/status/report.ts";
import { formatStatus } from "../../operations/status/text.ts";
import { facts, wanted } from "./fixture/box.ts";

const at = (time: string) => Date.parse(time) / 1000;
const folder = "/var/lib/fleet-schedules";
const note = { done: 0, next: at("2026-01-02T03:00Z"), missed: 0, skipped: 0, waiting: null };
const files = (own: Record<string, object>) =>
  new Map(Object.entries(own).map(([name, content]) => [`${folder}/${name}`, JSON.stringify(content)]));
const box = "shop-schedules-1";
const began = { began: at("2026-01-01T03:00Z") + 0.25 };
const usual = { box, next: "2026-01-02T03:00:00.000Z", missed: 0, skipped: 0 };
const ran = { began: "2026-01-01T03:00:00.000Z" };

describe("the status of schedules", () => {
  it("is nothing of a box that has noted nothing", () => {
    deepEqual(schedulesOf(box, new Map()), []);
  });

  it("has the last result, the next time, and what was missed", () => {
    const found = schedulesOf(
      box,
      files({
        "schedules.json": {
          a: note,
          b: note,
          c: { ...note, missed: 2 },
          d: { ...note, skipped: 1 },
          e: note,
        },
        "a.result.json": { ...began, ended: began.began + 90, exitCode: 0 },
        "b.result.json": { ...began, ended: began.began + 600, exitCode: 143, why: "took too long" },
        "c.result.json": began,
        "d.result.json": { ...began, cutOff: true },
        "of-before.result.json": began,
      }),
    );
    deepEqual(found, [
      { ...usual, schedule: "a", last: { ...ran, result: "succeeded", exitCode: 0, seconds: 90 } },
      {
        ...{ ...usual, schedule: "b" },
        last: { ...ran, result: "failed", exitCode: 143, seconds: 600, why: "took too long" },
      },
      { ...usual, schedule: "c", last: { ...ran, result: "running" }, missed: 2 },
      { ...usual, schedule: "d", last: { ...ran, result: "cut off" }, skipped: 1 },
      { ...usual, schedule: "e" },
    ] satisfies ScheduleStatus[]);
  });

  it("is a table below that of the boxes", () => {
    const last = { ...ran, result: "failed", exitCode: 143, seconds: 600, why: "took too long" } as const;
    const schedules: ScheduleStatus[] = [
      { ...usual, schedule: "nightly", last },
      { ...usual, schedule: "weekly", missed: 2 },
    ];
    const seen = { containers: [facts()], servers: undefined, now: new Date("2026-01-01T00:02:00Z") };
    const text = formatStatus({ ...statusOf("dev", undefined, [], [wanted()], seen), schedules });
    equal(
      text.split("\n").slice(3).join("\n"),
      "SCHEDULE  BOX               LAST                  RESULT                                        NEXT                  MISSED  SKIPPED\n" +
        "nightly   shop-schedules-1  2026-01-01 03:00 UTC  failed, exit code 143, took too long, 10 min  2026-01-02 03:00 UTC  0       0\n" +
        "weekly    shop-schedules-1  –                     –                                             2026-01-02 03:00 UTC  2       0\n",
    );
  });
});
