import { z } from "zod";
import { scalar } from "./forms.ts";
import { matchingText } from "./text.ts";

/** The name for: as the engine's own settings say, whatever that is. */
export const engineLogs = "engine";

/** How boxes of containers keep what they print. */
export const logsSchema = z
  .strictObject({
    driver: matchingText(/^[a-z0-9][\w./:-]*$/, "the name of a logging driver of the engine")
      .default("json-file")
      .describe(
        "A logging driver of the engine; `engine`: the one that its own settings name, without options.",
      ),
    options: z
      .record(z.string(), scalar)
      .default({})
      .describe("Its options. Those of json-file begin with max-size: 10m and max-file: 3 for each box."),
  })
  .describe("How boxes of containers keep what they print; default: json-file, at most 30 MB a box.");

export type LogsSettings = z.output<typeof logsSchema>;
