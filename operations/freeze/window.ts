import { parseWindow, type DeployWindow } from "../../config/window.ts";

const minuteMilliseconds = 60_000;
/** One that opens in an hour which clocks leave out does so a week later. */
const daysAhead = 15;

/** Whether a window is open at a moment, by the clocks of its place. */
export function isOpen({ days, opens, closes, timeZone }: DeployWindow, moment: Date): boolean {
  const { day, minute } = localTime(timeZone, moment);
  if (opens < closes) return days.includes(day) && minute >= opens && minute < closes;
  // Over midnight it is that of the day on which it opened.
  return minute >= opens ? days.includes(day) : minute < closes && days.includes((day + 6) % 7);
}

/** When one of some windows opens next; undefined where one is open. Every minute is looked at, so that clocks may jump as they like. */
export function nextOpening(windows: readonly DeployWindow[], now: Date): Date | undefined {
  if (windows.some((each) => isOpen(each, now))) return undefined;
  const first = Math.floor(now.getTime() / minuteMilliseconds) + 1;
  for (let minute = first; minute <= first + daysAhead * 24 * 60; minute += 1) {
    const moment = new Date(minute * minuteMilliseconds);
    if (windows.some((each) => isOpen(each, moment))) return moment;
  }
  return undefined;
}

/** The windows that texts name; what names none is refused where the configuration is checked. */
export function windowsIn(texts: readonly string[]): DeployWindow[] {
  return texts.flatMap((text) => parseWindow(text) ?? []);
}

const weekdays: Readonly<Record<string, number>> = { Sun: 0, Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6 };
const clocks = new Map<string, Intl.DateTimeFormat>();

function localTime(timeZone: string, moment: Date): { day: number; minute: number } {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, hourCycle: "h23" },
      ...{ weekday: "short", hour: "2-digit", minute: "2-digit" },
    });
  clocks.set(timeZone, clock);
  const parts = new Map(clock.formatToParts(moment).map(({ type, value }) => [type, value]));
  const number = (part: Intl.DateTimeFormatPartTypes) => Number(parts.get(part));
  return { day: weekdays[parts.get("weekday") ?? ""] ?? NaN, minute: number("hour") * 60 + number("minute") };
}
