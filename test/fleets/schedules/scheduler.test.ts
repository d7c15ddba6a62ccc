import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CronExpressionParser } from "cron-parser";
import { execa } from "execa";
import { assert, constantFrom, integer, property } from "fast-check";
import { parseCalendar, type Calendar } from "../../../config/calendar.ts";
import { schedulesProgram } from "../../../fleets/schedules/program.ts";

const clock = path.join(import.meta.dirname, "clock.py");
const own = mkdtempSync(path.join(tmpdir(), "scheduler-"));
const program = path.join(own, "scheduler.py");
before(() => {
  writeFileSync(program, schedulesProgram());
});
after(() => {
  rmSync(own, { recursive: true });
});
const calendarOf = (text: string): Calendar => {
  const calendar = parseCalendar(text);
  if ("problem" in calendar) throw new Error(calendar.problem);
  return calendar;
};

/** The time after each moment, as the box finds it. */
async function timesAfter(text: string, zone: string, moments: readonly number[]): Promise<number[]> {
  const args = [clock, program, "times", JSON.stringify(calendarOf(text)), zone, ...moments.map(String)];
  return JSON.parse((await execa("python3", args)).stdout) as number[];
}

const seconds = (time: string) => Date.parse(time) / 1000;

describe("the times of a scheduler", function () {
  this.timeout(60_000);

  it("are those of cron-parser, wherever no clock is changed", async () => {
    const expressions = [
      "* * * * *",
      "*/7 3-9 * * *",
      "0 3 * * 1-5",
      "15 4 29 2 *",
      "0 0 13 * 5",
      "30 12 31 * *",
      "5,50 */6 1-7 1,6 *",
    ];
    const moments: Record<string, number[]> = Object.fromEntries(expressions.map((each) => [each, []]));
    assert(
      property(
        constantFrom(...expressions),
        integer({ min: seconds("2026-01-01"), max: seconds("2032-12-31") }),
        (each, moment) => {
          moments[each]?.push(moment);
        },
      ),
      { numRuns: 400 },
    );
    for (const [expression, own] of Object.entries(moments))
      for (const tz of ["UTC", "Asia/Kolkata"]) {
        const expected = own.map((moment) => {
          const next = CronExpressionParser.parse(expression, {
            currentDate: new Date(moment * 1000),
            tz,
          }).next();
          return next.getTime() / 1000;
        });
        deepEqual(await timesAfter(expression, tz, own), expected, `${expression} in ${tz}`);
      }
  });

  it("that the clock skips come as much later, and those that it has twice once; each minute comes in any hour", async () => {
    const zone = "Europe/Berlin";
    const spring = [seconds("2026-03-28T12:00:00Z"), seconds("2026-03-29T01:30:00Z")];
    deepEqual(await timesAfter("30 2 * * *", zone, spring), [
      seconds("2026-03-29T01:30:00Z"),
      seconds("2026-03-30T00:30:00Z"),
    ]);
    const autumn = [seconds("2026-10-24T12:00:00Z"), seconds("2026-10-25T00:30:00Z")];
    deepEqual(await timesAfter("30 2 * * *", zone, autumn), [
      seconds("2026-10-25T00:30:00Z"),
      seconds("2026-10-26T01:30:00Z"),
    ]);
    deepEqual(await timesAfter("*/30 * * * *", zone, [seconds("2026-10-25T00:30:00Z")]), [
      seconds("2026-10-25T01:00:00Z"),
    ]);
    deepEqual(await timesAfter("*/30 * * * *", zone, [seconds("2026-03-29T00:30:00Z")]), [
      seconds("2026-03-29T01:00:00Z"),
    ]);
  });
});

/** So many times faster than the wall's clock: a minute takes half a second. */
const speed = 120;
const minutes = (count: number, pace = speed) => sleep((count * 60_000) / pace);
const usual = {
  calendar: calendarOf("* * * * *"),
  timeZone: "UTC",
  timeoutSeconds: 3600,
  overlap: "skip",
  startWithinSeconds: 300,
};

/** A running one. */
interface Scheduler extends Promise<{ all?: string | undefined; exitCode?: number | undefined }> {
  kill: (signal: NodeJS.Signals) => boolean;
}

interface Note {
  done: number;
  next: number;
  missed: number;
  skipped: number;
}

describe("a scheduler, whose minutes are half a second", function () {
  this.timeout(60_000);
  let folder: string;
  let begin: number;
  const running: Scheduler[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "schedules-"));
    begin = Date.now() / 1000 - 2;
  });
  afterEach(async () => {
    for (const each of running.splice(0)) {
      each.kill("SIGKILL");
      await each.catch(() => undefined);
    }
    rmSync(folder, { recursive: true });
  });

  function started(command: string[], own: object = {}, pace = speed) {
    const settings = JSON.stringify({ tick: { ...usual, command, ...own } });
    const args = [clock, program, String(pace), String(begin), settings, folder];
    const process = execa("python3", args, { reject: false, all: true });
    running.push(process);
    return process;
  }
  const note = () =>
    (JSON.parse(readFileSync(path.join(folder, "schedules.json"), "utf8")) as { tick: Note }).tick;
  const result = () =>
    JSON.parse(readFileSync(path.join(folder, "tick.result.json"), "utf8")) as Record<string, unknown>;
  const ended = async (process: Scheduler, signal: NodeJS.Signals = "SIGTERM") => {
    process.kill(signal);
    const { all, exitCode } = await process;
    return { lines: String(all).split("\n"), exitCode };
  };
  const count = (lines: readonly string[], line: RegExp) => lines.filter((each) => line.test(each)).length;

  it("runs each at its time, with its output, and notes what became of it", async () => {
    const process = started(["sh", "-c", "echo one; echo two >&2; exit 3"]);
    await minutes(3.5);
    const { lines, exitCode } = await ended(process);
    equal(exitCode, 0);
    const runs = count(lines, /^tick: begins$/);
    ok(runs >= 2 && runs <= 4, lines.join("\n"));
    equal(count(lines, /^tick: (one|two)$/), 2 * runs);
    equal(count(lines, /^tick: ended with exit code 3 after /), runs);
    equal(result()["exitCode"], 3);
    deepEqual([note().missed, note().skipped, note().next - note().done], [0, 0, 60]);
  });

  it("loses no time in a swap and has none twice, though several boxes run; what runs is let end", async () => {
    // No run takes a minute, however busy the machine is: it would be skipped.
    const pace = speed / 4;
    // For which time a run is: when it gets a processor is another matter.
    const due = "echo $TRIGGER_TIMER_REALTIME_USEC >> ticks";
    const ticking = () => started(["sh", "-c", `cd $0 && ${due}; sleep 0.15`, folder], {}, pace);
    const first = ticking();
    const gone = [];
    let current = first;
    for (let swap = 0; swap < 4; swap++) {
      await minutes(1.5, pace);
      const next = ticking();
      await minutes(0.7, pace);
      gone.push(await ended(current));
      current = next;
    }
    await minutes(1.5, pace);
    gone.push(await ended(current));
    const lines = gone.flatMap((each) => each.lines);
    const ticks = readFileSync(path.join(folder, "ticks"), "utf8").trim().split("\n");
    equal(count(lines, /^tick: ended with exit code 0/), ticks.length);
    const seen = ticks.map((each) => Number(each) / 60e6).sort((a, b) => a - b);
    const whole = Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index);
    deepEqual(seen, whole);
    ok(seen.length >= 7, seen.join());
    deepEqual([note().missed, note().skipped], [0, 0]);
  });

  it("skips what is due while it runs, or runs it once more afterwards", async () => {
    const skipping = started(["sleep", "1.25"]);
    await minutes(4.2);
    const { lines } = await ended(skipping);
    ok(count(lines, /^tick: is skipped, since it still runs$/) >= 2, lines.join("\n"));
    equal(count(lines, /ended with exit code 0/), count(lines, /begins/));
    rmSync(path.join(folder, "schedules.json"));
    const waiting = started(["sleep", "1.25"], { overlap: "wait" });
    await minutes(6.5);
    const more = await ended(waiting);
    equal(count(more.lines, /skipped, since/), 0);
    ok(count(more.lines, /begins/) >= 2 && note().skipped >= 1, more.lines.join("\n"));
  });

  it("stops what takes too long, and all that it began", async () => {
    const process = started(["sh", "-c", "sleep 50 & sleep 50"], { timeoutSeconds: 1 });
    await minutes(3.5);
    const { lines } = await ended(process);
    match(
      lines.join("\n"),
      /tick: is stopped, after 1 s\ntick: ended with exit code 143 after \d+\.\d s, took too long/,
    );
    equal(result()["why"], "took too long");
  });

  it("says what cannot be run", async () => {
    const process = started(["/nowhere"]);
    await minutes(2.5);
    const { lines } = await ended(process);
    match(
      lines.join("\n"),
      /tick: ended with exit code 127 after \d+\.\d s, cannot be run: No such file or directory/,
    );
  });

  it("knows what was missed while nothing ran, and what its end has cut off; what is not too late runs once", async () => {
    const first = started(["sleep", "30"], { startWithinSeconds: 150 });
    await minutes(2.5);
    await ended(first, "SIGKILL");
    const { done } = note();
    equal(result()["ended"], undefined);
    await minutes(3);
    const second = started(["true"], { startWithinSeconds: 150 });
    await minutes(0.9);
    const { lines } = await ended(second);
    ok(count(lines, /begins/) >= 1 && count(lines, /begins/) <= 2, lines.join("\n"));
    const now = note();
    equal((now.done - done) / 60, now.missed + count(lines, /begins/));
    ok(now.missed >= 2, String(now.missed));
  });

  it("notes a run that the end of its box has cut off", async () => {
    const first = started(["sleep", "30"]);
    await minutes(2.5);
    await ended(first, "SIGKILL");
    const second = started(["sleep", "30"], { calendar: calendarOf("yearly") });
    await minutes(0.7);
    equal(result()["cutOff"], true);
    await ended(second);
  });

  it("says which time zone the image has not", async () => {
    const { lines, exitCode } = await ended(started(["true"], { timeZone: "Moon/Crater" }), "SIGCONT");
    deepEqual(
      [exitCode, lines],
      [
        78,
        ["timeZone: expected one that the image has in /usr/share/zoneinfo, got Moon/Crater; install tzdata"],
      ],
    );
  });
});
