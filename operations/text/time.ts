const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?(Z|[+-]\d\d:\d\d)?$/;

/** A moment as people write it: a day, or a day and a time, in UTC unless its offset stands behind it; undefined when the text is none. */
export function parseTime(text: string): Date | undefined {
  const [whole, day = "", time = "00:00", seconds = ":00", offset = "Z"] = form.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const moment = new Date(`${day}T${time}${seconds}${offset}`);
  if (Number.isNaN(moment.getTime())) return undefined;
  // February 30 is March 2 for Date, which nobody meant.
  const isDay = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return isDay ? moment : undefined;
}
