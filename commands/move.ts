import { withEngine } from "../engine/connection.ts";
import { carried } from "../operations/move/carry.ts";
import { lookAtMove } from "../operations/move/look.ts";
import { moveData } from "../operations/move/run.ts";
import { handVolumeOver } from "../operations/move/state.ts";
import { movedText, moveText } from "../operations/move/text.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { command, oneWord } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { flag, optional, required } from "./line/option.ts";

export default command({
  name: "move",
  about: [
    "Moves an accessory's data to the engine where environment.engines now runs it (here: this machine's). The accessory is stopped, and away",
    "until the npm run up after it; its data is copied, compared, and handed over. The old volume stays. Asks first. Killed, run it again.",
  ].join("\n"),
  summary: "moves an accessory's data to another engine (`--to ENGINE`), compared; asks first",
  words: oneWord("ACCESSORY", "one accessory", "for example ./fleet move database --to north"),
  options: {
    to: required("PLACE", "an engine of environment.engines; here: this machine's"),
    from: optional("PLACE", "where its data is, where several places have some that has to go"),
    yes: flag("do not ask", "y"),
  },
  needs: "boxes",
  run: async ({ stack, to, from, yes }, [accessory = ""]) => {
    // Frees the lock of one that was killed.
    await selectStack(stack);
    const looked = await lookAtMove(stack, { accessory, to, from });
    if ("there" in looked) {
      const { there, to: engine } = looked;
      // One that was killed after it had handed over left its mark.
      await withEngine(engine, (client) => carried(client, there));
      process.stdout.write(`${accessory}: its data is there already (${there}); npm run up has it serve.\n`);
      return;
    }
    const { move } = looked;
    process.stdout.write(moveText(move));
    if (!yes && !(await confirmed(`Move ${accessory} of ${stack}? [y/N] `))) {
      process.stdout.write("Nothing was changed.\n");
      return;
    }
    const sent = await moveData(move, looked.from, () => handVolumeOver(stack, move));
    process.stdout.write(movedText(move, stack, sent));
  },
});
