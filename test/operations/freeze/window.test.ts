import assert from "node:assert/strict";
import { execa } from "execa";
import fc from "fast-check";
import { parseWindow, type DeployWindow } from "../../../config/window.ts";
import { isOpen, nextOpening } from "../../../operations/freeze/window.ts";

const window = (text: string): DeployWindow => parseWindow(text) ?? assert.fail(`${text} is no window`);
const opening = (text: string, now: string) =>
  nextOpening(text.split("; ").map(window), new Date(now))?.toISOString();

describe("a deploy window", () => {
  it("is days, times and a time zone; all days, and UTC, where they are left out", () => {
    assert.deepEqual(window("mon-fri 08:00-16:00 Europe/Berlin"), {
      ...{ days: [1, 2, 3, 4, 5], opens: 480, closes: 960, timeZone: "Europe/Berlin" },
    });
    assert.deepEqual(window("Fri..Mon,wed 22:30-02:00").days, [5, 6, 0, 1, 3]);
    assert.deepEqual(window("00:00-24:00"), {
      ...{ days: [0, 1, 2, 3, 4, 5, 6], opens: 0, closes: 1440, timeZone: "UTC" },
    });
    for (const none of [
      "",
      "mon-fri",
      "mon 8:00-16:00",
      "mon 08:00-08:00",
      "mon 08:00-24:30",
      "day 08:00-09:00",
    ])
      assert.equal(parseWindow(none), undefined, none);
    for (const zone of ["Europe/Berlim", "+01:00", "../etc/localtime"])
      assert.equal(parseWindow(`mon 08:00-16:00 ${zone}`), undefined, zone);
  });

  it("opens at its first minute and is closed from its last on", () => {
    const day = window("mon-fri 08:00-16:00");
    // 2026-11-30 is a Monday.
    assert.equal(isOpen(day, new Date("2026-11-30T07:59:59.999Z")), false);
    assert.equal(isOpen(day, new Date("2026-11-30T08:00:00Z")), true);
    assert.equal(isOpen(day, new Date("2026-11-30T15:59:59.999Z")), true);
    assert.equal(isOpen(day, new Date("2026-11-30T16:00:00Z")), false);
    assert.equal(isOpen(day, new Date("2026-11-29T12:00:00Z")), false);
    assert.equal(opening("mon-fri 08:00-16:00", "2026-11-30T09:00:00Z"), undefined);
    assert.equal(opening("mon-fri 08:00-16:00", "2026-12-04T16:00:00Z"), "2026-12-07T08:00:00.000Z");
  });

  it("goes over midnight with the day on which it opened", () => {
    const night = window("fri 22:00-02:00");
    assert.equal(isOpen(night, new Date("2026-12-04T23:00:00Z")), true);
    assert.equal(isOpen(night, new Date("2026-12-05T01:59:00Z")), true);
    assert.equal(isOpen(night, new Date("2026-12-05T02:00:00Z")), false);
    assert.equal(isOpen(night, new Date("2026-12-04T01:00:00Z")), false);
  });

  it("opens by the clocks of its place, on both sides of a jump", () => {
    const berlin = "mon-fri 08:00-16:00 Europe/Berlin";
    // Clocks went back on Sunday 2026-10-25, and go forward on Sunday 2027-03-28.
    assert.equal(opening(berlin, "2026-10-23T20:00:00Z"), "2026-10-26T07:00:00.000Z");
    assert.equal(opening(berlin, "2026-10-22T20:00:00Z"), "2026-10-23T06:00:00.000Z");
    assert.equal(opening(berlin, "2027-03-26T20:00:00Z"), "2027-03-29T06:00:00.000Z");
    // An hour that comes twice is open twice; one that is left out opens with what is left of it, or a week later.
    const night = window("sun 02:00-03:00 Europe/Berlin");
    assert.equal(isOpen(night, new Date("2026-10-25T00:30:00Z")), true);
    assert.equal(isOpen(night, new Date("2026-10-25T01:30:00Z")), true);
    assert.equal(
      opening("sun 02:10-03:30 Europe/Berlin", "2027-03-28T00:30:00Z"),
      "2027-03-28T01:00:00.000Z",
    );
    assert.equal(
      opening("sun 02:10-02:50 Europe/Berlin", "2027-03-28T00:30:00Z"),
      "2027-04-04T00:10:00.000Z",
    );
    // Half hours east, and where it is another day.
    assert.equal(opening("mon 00:15-01:00 Asia/Kolkata", "2026-11-29T12:00:00Z"), "2026-11-29T18:45:00.000Z");
  });

  it("has the clocks of its place as others know them", async () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const moments = Array.from({ length: 3000 }, (_, index) => 1_767_225_600 + index * 21_113);
    const script = [
      "import datetime, json, sys, zoneinfo",
      "zones, moments = json.load(sys.stdin)",
      "at = lambda zone, moment: datetime.datetime.fromtimestamp(moment, zoneinfo.ZoneInfo(zone))",
      "local = [at(zones[i % len(zones)], moment) for i, moment in enumerate(moments)]",
      "print(json.dumps([[each.isoweekday() % 7, each.hour * 60 + each.minute] for each in local]))",
    ].join("\n");
    const input = JSON.stringify([zones, moments]);
    const { stdout } = await execa("python3", ["-c", script], { input });
    for (const [index, [day, minute]] of (JSON.parse(stdout) as [number, number][]).entries()) {
      const moment = new Date((moments[index] ?? 0) * 1000);
      const timeZone = zones[index % zones.length] ?? "";
      const at = { days: [day], opens: minute, closes: minute + 1, timeZone };
      assert.equal(isOpen(at, moment), true, `${moment.toISOString()} in ${timeZone}`);
      assert.equal(isOpen({ ...at, days: [(day + 1) % 7] }, moment), false);
      assert.equal(isOpen({ ...at, opens: minute + 1, closes: minute + 2 }, moment), false);
    }
  });

  it("is the next of several", () => {
    const both = "sat 10:00-12:00; mon 08:00-09:00 America/New_York";
    assert.equal(opening(both, "2026-12-04T12:00:00Z"), "2026-12-05T10:00:00.000Z");
    assert.equal(opening(both, "2026-12-05T12:00:00Z"), "2026-12-07T13:00:00.000Z");
  });

  it("opens at the very minute from which it is open, whatever it is and whenever that is asked", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const windows = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
      ...{ opens: minute, closes: minute },
      timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
    });
    const moments = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2027-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(windows, moments, (each, now) => {
        fc.pre(each.opens !== each.closes);
        const next = nextOpening([each], now);
        if (isOpen(each, now)) {
          assert.equal(next, undefined);
          return;
        }
        assert.ok(next && next > now && isOpen(each, next));
        assert.equal(isOpen(each, new Date(next.getTime() - 1)), false);
      }),
      { numRuns: 40 },
    );
  });
});
