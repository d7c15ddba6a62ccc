import { inputHere, likeBox, runThrowAway } from "../operations/throwAway/likeBox.ts";
import { boxesOfFleet, withServing } from "../operations/throwAway/serving.ts";
import { shellIn } from "../operations/throwAway/shell.ts";
import { readState } from "../operations/state/read.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "exec",
  about: [
    "Opens a shell, or runs a command, in a box like those of a fleet: of the same image, told the same, removed afterwards. It gets no requests.",
    "Exit code: that of the command. Options stand before the command.",
  ].join("\n"),
  summary: "opens a shell in a throw-away box like those of a fleet (`--serving`: in one that serves)",
  words: {
    form: "FLEET [COMMAND…]",
    least: 1,
    most: Infinity,
    passesFrom: 1,
    expected: "a fleet",
    fix: "for example ./fleet exec orders",
  },
  options: {
    serving: flag("in the first box that serves instead: what is done there is done to it"),
  },
  needs: "boxes",
  run: async ({ stack, serving }, [fleet = "", ...line]) => {
    const resources = await readState(stack);
    process.exitCode = await withServing(resources, boxesOfFleet(resources, fleet), async (engine, box) => {
      const wanted = line.length > 0 ? line : [await shellIn(engine, box.facts.Id, fleet)];
      const input = inputHere();
      if (serving) {
        const streams = ["--interactive", ...(input === "terminal" ? ["--tty"] : [])];
        return engine.attached(["exec", ...streams, box.facts.Id, ...wanted]);
      }
      const [service, ...others] = box.services;
      // Of several services none is meant. What comes before one may be what fails.
      const alone = service?.start && others.length === 0 ? service : undefined;
      const made = await likeBox(engine, box, {
        ...{ purpose: "exec", command: wanted, input },
        service: alone?.start && { ...alone, start: { ...alone.start, before: [] } },
        replacesEntrypoint: true,
      });
      return runThrowAway(engine, made);
    });
  },
});
