import { CronExpressionParser } from "cron-parser";

/** The times of a schedule: the values that each part of a local time may have. */
export interface Calendar {
  minutes: number[];
  hours: number[];
  days: number[];
  /** From 1. */
  months: number[];
  /** From Sunday, 0, to 6. */
  weekdays: number[];
  /** Whether one of day and weekday is enough, as cron has it where both are named. */
  either: boolean;
}

/** Why a text names no times. */
export interface NoCalendar {
  problem: string;
}

const words: Readonly<Record<string, string>> = {
  minutely: "* * * * *",
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
  quarterly: "0 0 1 1,4,7,10 *",
  semiannually: "0 0 1 1,7 *",
  yearly: "0 0 1 1 *",
  annually: "0 0 1 1 *",
};
/** What cron's own words mean otherwise: a week begins with Sunday there. */
const cronWords: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
/** No sign that crons of different kinds read differently (L, #, ?, H). */
const cronField = /^(\*|\d+|[A-Za-z]{3})(-(\d+|[A-Za-z]{3}))?(\/[1-9]\d*)?$/;
const weekday = /^[A-Za-z]+(\.\.[A-Za-z]+)?(,[A-Za-z]+(\.\.[A-Za-z]+)?)*$/;
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The times that a text means: a cron expression, or a calendar form of systemd's; or why it means none. */
export function parseCalendar(text: string): Calendar | NoCalendar {
  const trimmed = text.trim();
  const known = cronWords[trimmed] ?? words[trimmed.toLowerCase()];
  const form = known ?? (isCron(trimmed) ? trimmed : cronOfSystemd(trimmed));
  if (form === undefined) return { problem: `${JSON.stringify(text)}, which is neither` };
  const calendar = fieldsOf(form, isCron(trimmed));
  if (typeof calendar === "string") return { problem: `${JSON.stringify(text)}: ${calendar}` };
  if (!everComes(calendar)) return { problem: `${JSON.stringify(text)}, a day that never comes` };
  return calendar;
}

function isCron(text: string): boolean {
  const fields = text.split(/\s+/);
  return (
    fields.length === 5 && fields.every((field) => field.split(",").every((each) => cronField.test(each)))
  );
}

function fieldsOf(expression: string, canBeEither: boolean): Calendar | string {
  try {
    const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = expression.split(/\s+/);
    // Day and month apart, since it refuses what a weekday makes good.
    const { dayOfMonth } = CronExpressionParser.parse(`* * ${days} * *`).fields;
    const others = CronExpressionParser.parse(`${minutes} ${hours} * ${months} ${weekdays}`).fields;
    const { minute, hour, month, dayOfWeek } = others;
    return {
      minutes: numbers(minute.values),
      hours: numbers(hour.values),
      days: numbers(dayOfMonth.values),
      months: numbers(month.values),
      // Cron's Sunday is 0 and 7.
      weekdays: numbers(dayOfWeek.values).filter((each) => each < 7),
      either: canBeEither && !days.startsWith("*") && !weekdays.startsWith("*"),
    };
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  }
}

function numbers(values: readonly (number | string)[]): number[] {
  return values.map(Number).sort((a, b) => a - b);
}

function everComes({ days, months, either }: Calendar): boolean {
  return either || months.some((month) => days.some((day) => day <= (longest[month - 1] ?? 0)));
}

/** `[WEEKDAYS] [YEAR-]MONTH-DAY HOUR:MINUTE[:00]` of systemd.time(7), each year and each minute's beginning; undefined: no such form. */
function cronOfSystemd(text: string): string | undefined {
  const parts = text.split(/\s+/);
  const weekdays = weekday.test(parts[0] ?? "") ? parts.shift() : undefined;
  const date = /-/.test(parts[0] ?? "") ? parts.shift() : undefined;
  const time = parts.shift() ?? "00:00";
  if (parts.length > 0 || ((weekdays ?? date) === undefined && text === "")) return undefined;
  const [, , month = "*", day = "*"] = /^(\*-)?([^-]+)-([^-]+)$/.exec(date ?? "*-*") ?? [
    undefined,
    "",
    "",
    "",
  ];
  const [, hour = "", minute = ""] = /^([^:]+):([^:]+)(?::00?)?$/.exec(time) ?? [];
  const fields = [minute, hour, day, month].map((field) => fieldOfSystemd(field));
  if (fields.some((field) => field === undefined)) return undefined;
  const days = weekdays?.split(",").map((each) =>
    each
      .split("..")
      .map((one) => one.slice(0, 3))
      .join("-"),
  );
  return [...fields, days?.join(",") ?? "*"].join(" ");
}

/** Ranges are `1..5` there, and a step without a range begins at its number. */
function fieldOfSystemd(field: string): string | undefined {
  const parts = field.split(",").map((each) => each.replace("..", "-"));
  if (!parts.every((each) => /^(\*|\d+)(-\d+)?(\/[1-9]\d*)?$/.test(each))) return undefined;
  return parts.map((each) => each.replace(/(^|[-])0+(?=\d)/g, "$1")).join(",");
}
