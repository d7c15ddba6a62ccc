import { setTimeout as sleep } from "node:timers/promises";
import { chooseBoxes, type LogSource } from "../operations/log/choose.ts";
import { followLogs, readLogs } from "../operations/log/read.ts";
import { wantedBoxes } from "../operations/state/box.ts";
import { byEngine } from "../operations/state/engines.ts";
import { readState } from "../operations/state/read.ts";
import { wantedServices } from "../operations/state/service.ts";
import { command } from "./line/command.ts";
import { flag, mapped, matching, text } from "./line/option.ts";

const lookAgainMilliseconds = 2000;

const tail = matching(
  text("N", "100", "so many of the last lines of each box", "n"),
  /^\d+$/,
  "a whole number",
  "for example --tail 20",
);

export default command({
  name: "logs",
  about:
    "Prints what the boxes of a fleet (or one box; default: all) have printed, in order, prefixed by box.",
  summary: "shows what the boxes print",
  words: {
    form: "[FLEET]",
    least: 0,
    most: 1,
    expected: "one fleet or box at most",
    fix: "for example ./fleet logs catalog",
  },
  options: {
    follow: flag("go on with what they print, also after a swap, until Ctrl-C", "f"),
    tail: mapped(tail, Number),
  },
  needs: "boxes",
  run: async ({ stack, follow, tail: lines }, [fleet]) => {
    const write = (line: string) => void process.stdout.write(`${line}\n`);
    // Following ends by Ctrl-C, which is no failure.
    process.once("SIGINT", () => process.exit(follow ? 0 : 130));
    // A reader that has seen enough, such as head, is no failure.
    process.stdout.on("error", () => process.exit());
    const choose = async () => {
      const resources = await readState(stack);
      const services = wantedServices(resources).map(({ id, fleet: name, provider }) => ({
        ...{ id, name, group: name, provider, kind: "service" as const },
      }));
      const chosen = chooseBoxes<LogSource>([...wantedBoxes(resources), ...services], fleet);
      return [...byEngine(resources, chosen)].map(([engine, boxes]) => ({ engine, boxes }));
    };
    let boxes = await choose();
    let since = new Date();
    (await readLogs(boxes, lines, since)).forEach(write);
    while (follow) {
      const started = new Date();
      await followLogs(boxes, since, write);
      // All of them have ended: a swap has put others in their place, which began to print before that.
      since = started;
      await sleep(lookAgainMilliseconds);
      boxes = await choose();
    }
  },
});
