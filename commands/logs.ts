import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "./line/choice.ts";
import { chooseBoxes } from "../operations/log/choose.ts";
import { followLogs, readLogs } from "../operations/log/read.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { wantedBoxes } from "../operations/state/box.ts";
import { boxesByEngine } from "../operations/state/engines.ts";
import { readState } from "../operations/state/read.ts";

const lookAgainMilliseconds = 2000;

const { values, positionals } = readOptions(
  {
    usage: "npm run logs -- [FLEET] [options]",
    about:
      "Prints what the boxes of a fleet (or one box; default: all) have printed, in order, prefixed by box.",
    options: {
      "--follow, -f": "go on with what they print, also after a swap, until Ctrl-C",
      "--tail N, -n": "so many of the last lines of each box (default: 100)",
    },
  },
  {
    follow: { type: "boolean", short: "f", default: false },
    tail: { type: "string", short: "n", default: "100" },
  },
  true,
);
if (!/^\d+$/.test(values.tail)) refuse("--tail", "a whole number", values.tail, "for example --tail 20");
const write = (line: string) => void process.stdout.write(`${line}\n`);
// Following ends by Ctrl-C, which is no failure.
process.once("SIGINT", () => process.exit(values.follow ? 0 : 130));
// A reader that has seen enough, such as head, is no failure.
process.stdout.on("error", () => process.exit());

await runCommand(async () => {
  const choose = async () => {
    const resources = await readState(values.stack);
    return boxesByEngine(resources, chooseBoxes(wantedBoxes(resources), positionals[0]));
  };
  let boxes = await choose();
  let since = new Date();
  (await readLogs(boxes, Number(values.tail), since)).forEach(write);
  while (values.follow) {
    const started = new Date();
    await followLogs(boxes, since, write);
    // All of them have ended: a swap has put others in their place, which began to print before that.
    since = started;
    await sleep(lookAgainMilliseconds);
    boxes = await choose();
  }
});
