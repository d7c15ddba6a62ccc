const unitSeconds = { min: 60, h: 3600, d: 86_400 } as const;

/** A time as people write it: a whole number and a unit, for example `6 h`. */
export const durationPattern = /^([1-9]\d{0,4}) ?(min|h|d)$/;

/** Seconds of a time such as `6 h`; undefined when the text is not one. */
export function parseDurationSeconds(text: string): number | undefined {
  const match = durationPattern.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds];
}
