import { setTimeout as sleep } from "node:timers/promises";
import { lookAtStack } from "../operations/status/look.ts";
import { formatStatus } from "../operations/status/text.ts";
import { command } from "./line/command.ts";
import { choice, flag } from "./line/option.ts";

const watchEveryMilliseconds = 2000;
const clearScreen = "\u001b[H\u001b[2J";

export default command({
  name: "status",
  about:
    "Shows the boxes of an environment: image, health by the edge, age, restarts and share of the traffic.\nExit code: 0 all well, 1 could not tell, 2 a box does not run or is unhealthy.",
  summary: "shows fleets, boxes, health and traffic",
  options: {
    watch: flag("look again every 2 s, until Ctrl-C", "w"),
    format: choice("FORMAT", ["text", "json"], "how it is shown"),
  },
  needs: "boxes",
  run: async ({ stack, watch, format }) => {
    // Watching ends by Ctrl-C, which is no failure.
    process.once("SIGINT", () => process.exit());
    let look = await lookAtStack(stack);
    for (;;) {
      let report = await look();
      // An update may have swapped the boxes meanwhile.
      if (watch && !report.well) {
        look = await lookAtStack(stack);
        report = await look();
      }
      const clear = watch && process.stdout.isTTY ? clearScreen : "";
      if (format === "json") process.stdout.write(`${JSON.stringify(report, null, watch ? 0 : 2)}\n`);
      else process.stdout.write(`${clear}${formatStatus(report)}`);
      process.exitCode = report.well ? 0 : 2;
      if (!watch) break;
      await sleep(watchEveryMilliseconds);
    }
  },
});
