import type { WantedBox } from "../state/box.ts";

/** What has a log: a box, or a service of a Swarm with all of its boxes. */
export interface LogSource extends Pick<WantedBox, "id" | "name" | "group" | "provider"> {
  kind: WantedBox["kind"] | "service";
}

/**
 * The boxes whose logs are wanted: those of a fleet, accessory or edge, or one box by its name; all when none is named.
 * @throws Error when there is nothing of that name.
 */
export function chooseBoxes<T extends LogSource>(wanted: readonly T[], name: string | undefined): T[] {
  const boxes = wanted.filter(({ kind }) => kind !== "door");
  if (name === undefined) return boxes;
  const found = boxes.filter((box) => box.group === name || box.name === name);
  if (found.length > 0) return found;
  const known = [...new Set(boxes.map(({ group }) => group))].join(", ") || "none: nothing runs";
  throw new Error(`FLEET: expected a fleet or box that runs here, got ${name}; choose one of ${known}`);
}

/** The prefix of each box's lines, all equally wide: `catalog-1 | `. */
export function prefixes(boxes: readonly Pick<LogSource, "id" | "name">[]): Map<string, string> {
  const width = Math.max(0, ...boxes.map(({ name }) => name.length));
  return new Map(boxes.map(({ id, name }) => [id, `${name.padEnd(width)} | `]));
}

/** A line as `docker logs --timestamps` prints it. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, so that texts sort as times do. */
  time: string;
  text: string;
}

/** Splits a line at its time; one without (the engine's own words) has none. */
export function parseLogLine(line: string): LogLine {
  const match = /^(\d{4}-\d\d-\d\dT\S+Z) ?(.*)$/s.exec(line);
  return match ? { time: match[1] ?? "", text: match[2] ?? "" } : { time: "", text: line };
}

/** Lines of several boxes in the order of their times, each with its prefix; equal times keep the order of the boxes. */
export function mergeLines(logs: readonly { prefix: string; lines: readonly LogLine[] }[]): string[] {
  return logs
    .flatMap(({ prefix, lines }) => lines.map(({ time, text }) => ({ time, text: `${prefix}${text}` })))
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ text }) => text);
}
