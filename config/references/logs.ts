import { engineLogs, type LogsSettings } from "../logs.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** Options of a driver that nobody chose: of the environment, a fleet or an accessory. */
export function logProblems({ environment }: Pick<Configuration, "environment">): Problem[] {
  const { logs, fleets, accessories } = environment;
  const all: [path: string, logs: LogsSettings | undefined][] = [
    ["environment.logs", logs],
    ...Object.entries(fleets).map(([name, own]) => placed("fleets", name, own.logs)),
    ...Object.entries(accessories).map(([name, own]) => placed("accessories", name, own.logs)),
  ];
  return all.flatMap(([path, given]) => optionProblems(path, given));
}

function placed(
  section: string,
  name: string,
  logs: LogsSettings | undefined,
): [string, LogsSettings | undefined] {
  return [`environment.${section}.${name}.logs`, logs];
}

function optionProblems(path: string, logs: LogsSettings | undefined): Problem[] {
  const options = Object.keys(logs?.options ?? {});
  if (logs?.driver !== engineLogs || options.length === 0) return [];
  const expected = "none where the engine's own settings choose the driver";
  return [
    { path: `${path}.options`, expected, got: options.join(", "), fix: "name the driver, or remove them" },
  ];
}
