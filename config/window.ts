import { z } from "zod";
import { matchingText } from "./text.ts";
import { isTimeZone } from "./timeZone.ts";

/** Times of a week, by the clocks of a place. */
export interface DeployWindow {
  /** From Sunday, 0, to 6; those on which it opens. */
  days: number[];
  /** Minutes of a day; one that closes no later than it opens does so on the next day. */
  opens: number;
  closes: number;
  timeZone: string;
}

const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const day = `(?:${dayNames.join("|")})`;
const span = `${day}(?:(?:-|\\.\\.)${day})?`;
const time = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const form = new RegExp(
  `^(?:(${span}(?:,${span})*) )?(${time})-(${time}|24:00)(?: ([A-Za-z][\\w+/-]*))?$`,
  "i",
);
const expected = "days, times and a time zone, such as mon-fri 08:00-16:00 Europe/Berlin";

/** The times that a text means; undefined: it means none. */
export function parseWindow(text: string): DeployWindow | undefined {
  const [whole, days = "sun-sat", from = "", to = "", timeZone = "UTC"] = form.exec(text) ?? [];
  if (whole === undefined || !isTimeZone(timeZone)) return undefined;
  const [opens, closes] = [minutesOf(from), minutesOf(to)];
  if (opens === closes) return undefined;
  return { days: [...new Set(days.toLowerCase().split(",").flatMap(daysOf))], opens, closes, timeZone };
}

/** `fri-mon` is four days. */
function daysOf(text: string): number[] {
  const [first = "", last = first] = text.split(/-|\.\./);
  const [from, to] = [dayNames.indexOf(first), dayNames.indexOf(last)];
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

/** When changes are brought to an environment. */
export const windowKey = z
  .array(
    matchingText(form, expected).refine((text) => !form.test(text) || parseWindow(text) !== undefined, {
      error: expected,
    }),
  )
  .min(1)
  .optional()
  .describe(
    "When up and promote may change it: days (default: all), times, and the time zone (default: UTC) of each span, such as `mon-fri 08:00-16:00 Europe/Berlin`. Default: always.",
  );
