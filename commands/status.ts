import { setTimeout as sleep } from "node:timers/promises";
import { chosen } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { lookAtStack } from "../operations/status/look.ts";
import { formatStatus } from "../operations/status/text.ts";

const watchEveryMilliseconds = 2000;
const clearScreen = "\u001b[H\u001b[2J";

const { values } = readOptions(
  {
    usage: "npm run status -- [options]",
    about:
      "Shows the boxes of an environment: image, health by the edge, age, restarts and share of the traffic.\nExit code: 0 all well, 1 could not tell, 2 a box does not run or is unhealthy.",
    options: {
      "--watch, -w": "look again every 2 s, until Ctrl-C",
      "--format FORMAT": "text (default) or json",
    },
  },
  { watch: { type: "boolean", short: "w", default: false }, format: { type: "string", default: "text" } },
);
const format = chosen("--format", values.format, ["text", "json"]);
// Watching ends by Ctrl-C, which is no failure.
process.once("SIGINT", () => process.exit());

await runCommand(async () => {
  let look = await lookAtStack(values.stack);
  for (;;) {
    let report = await look();
    // An update may have swapped the boxes meanwhile.
    if (values.watch && !report.well) {
      look = await lookAtStack(values.stack);
      report = await look();
    }
    if (format === "json") process.stdout.write(`${JSON.stringify(report, null, values.watch ? 0 : 2)}\n`);
    else
      process.stdout.write(
        `${values.watch && process.stdout.isTTY ? clearScreen : ""}${formatStatus(report)}`,
      );
    process.exitCode = report.well ? 0 : 2;
    if (!values.watch) break;
    await sleep(watchEveryMilliseconds);
  }
});
