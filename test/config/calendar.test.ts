import { deepEqual } from "node:assert/strict";
import { parseCalendar } from "../../config/calendar.ts";

const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const every = {
  ...{ minutes: all(0, 59), hours: all(0, 23), days: all(1, 31) },
  ...{ months: all(1, 12), weekdays: all(0, 6), either: false },
};

describe("the times of a schedule", () => {
  const meant: [text: string, times: object][] = [
    ["* * * * *", {}],
    ["0 3 * * *", { minutes: [0], hours: [3] }],
    ["*/20 8-10 * * MON-FRI", { minutes: [0, 20, 40], hours: [8, 9, 10], weekdays: [1, 2, 3, 4, 5] }],
    ["0 0 1,15 * 7", { minutes: [0], hours: [0], days: [1, 15], weekdays: [0], either: true }],
    ["0 0 30 2 1", { minutes: [0], hours: [0], days: [30], months: [2], weekdays: [1], either: true }],
    ["0 0 29 2 *", { minutes: [0], hours: [0], days: [29], months: [2] }],
    ["@weekly", { minutes: [0], hours: [0], weekdays: [0] }],
    ["daily", { minutes: [0], hours: [0] }],
    ["Weekly", { minutes: [0], hours: [0], weekdays: [1] }],
    ["quarterly", { minutes: [0], hours: [0], days: [1], months: [1, 4, 7, 10] }],
    ["03:00", { minutes: [0], hours: [3] }],
    ["*:0/15", { minutes: [0, 15, 30, 45] }],
    ["Mon *-*-* 03:00", { minutes: [0], hours: [3], weekdays: [1] }],
    ["Mon..Wed,Saturday 07:30:00", { minutes: [30], hours: [7], weekdays: [1, 2, 3, 6] }],
    ["Fri *-*-13 12:00", { minutes: [0], hours: [12], days: [13], weekdays: [5] }],
    ["*-02..03-01 04:05", { minutes: [5], hours: [4], days: [1], months: [2, 3] }],
    ["12-24", { minutes: [0], hours: [0], days: [24], months: [12] }],
  ];
  for (const [text, times] of meant)
    it(`are those of ${text}`, () => {
      deepEqual(parseCalendar(text), { ...every, ...times });
    });

  const refused: [text: string, problem: string][] = [
    ["", '"", which is neither'],
    ["at night", '"at night", which is neither'],
    ["0 0 3 * * *", '"0 0 3 * * *", which is neither'],
    ["0 0 L * *", '"0 0 L * *", which is neither'],
    ["Mon 03:00 UTC", '"Mon 03:00 UTC", which is neither'],
    ["2027-01-01 03:00", '"2027-01-01 03:00", which is neither'],
    ["*:*:30", '"*:*:30", which is neither'],
    ["61 3 * * *", '"61 3 * * *": Constraint error, got value 61 expected range 0-59'],
    ["25:00", '"25:00": Constraint error, got value 25 expected range 0-23'],
    ["0 0 30 2 *", '"0 0 30 2 *", a day that never comes'],
    ["Mon *-04-31 03:00", '"Mon *-04-31 03:00", a day that never comes'],
  ];
  for (const [text, problem] of refused)
    it(`are none of ${JSON.stringify(text)}`, () => {
      deepEqual(parseCalendar(text), { problem });
    });
});
