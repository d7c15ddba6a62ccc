import { engineLogs, type LogsSettings } from "../config/logs.ts";

/** The logging driver of a container, and its options. */
export interface LogPlan {
  driver: string;
  options: Record<string, string>;
}

/** Without these the file of a box grows until the disk is full. */
const rotation = { "max-size": "10m", "max-file": "3" };

/** How boxes keep what they print: as configured, else in files of bounded size; undefined: as the engine's settings say. */
export function logPlan(
  { driver, options }: LogsSettings = { driver: "json-file", options: {} },
): LogPlan | undefined {
  if (driver === engineLogs) return undefined;
  const given = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));
  return { driver, options: { ...(driver === "json-file" && rotation), ...given } };
}
