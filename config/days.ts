export const dayMilliseconds = 86_400_000;

/** The day of a moment, in UTC: `2026-12-05`. */
export function isoDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
