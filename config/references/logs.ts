import { engineLogs } from "../logs.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** Options of a driver that nobody chose. */
export function logProblems({ environment: { logs } }: Pick<Configuration, "environment">): Problem[] {
  const options = Object.keys(logs?.options ?? {});
  if (logs?.driver !== engineLogs || options.length === 0) return [];
  return [
    {
      path: "environment.logs.options",
      expected: "none where the engine's own settings choose the driver",
      got: options.join(", "),
      fix: "name the driver, or remove them",
    },
  ];
}
