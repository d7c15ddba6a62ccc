/** The first twelve digits of a digest, as Docker shows them. */
export function shortDigest(digest: string): string {
  return digest.replace("sha256:", "").slice(0, 12);
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

/** A span of time in its largest whole unit: `3 d`, `5 h`, `12 min`, `40 s`. */
export function formatAge(seconds: number): string {
  const unit = units.find(([, length]) => seconds >= length);
  return unit ? `${Math.floor(seconds / unit[1])} ${unit[0]}` : `${Math.round(seconds)} s`;
}

/** A number of bytes: `1.4 GiB`, `12 MiB`, `900 KiB`, `40 B`. */
export function formatBytes(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${names[power] ?? "B"}`;
}

const spanPattern = /^(\d+) ?(s|min|h|d)$/;
const spanSeconds: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** Seconds of a span such as `90 min`, `12h` or `1d`; undefined when the text is not one. */
export function parseSpan(text: string): number | undefined {
  const match = spanPattern.exec(text);
  return match ? Number(match[1]) * (spanSeconds[match[2] ?? ""] ?? 0) : undefined;
}

/** A number of things: `1 layer`, `2 layers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The time, UTC, of seconds since 1970: `2026-11-30T01:44:09.000Z`. */
export function timeOfSeconds(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString();
}

/** Such a time to the minute, where people know that it is UTC: `2026-11-30 01:44`. */
export function toMinute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}

/** The same with a word of that: `2026-11-30 01:44 UTC`. */
export function formatTime(time: string): string {
  return `${toMinute(time)} UTC`;
}
