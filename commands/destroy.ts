import { exportState } from "../fleets/data/stackState.ts";
import { destroyPlan } from "../operations/destroy/plan.ts";
import { destroy } from "../operations/destroy/run.ts";
import { destroyText } from "../operations/destroy/text.ts";
import { refuseFrozen } from "../operations/freeze/frozen.ts";
import { environmentInStack } from "../operations/preview/environment.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { retainImages } from "../operations/state/retained.ts";
import { command } from "./line/command.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { flag } from "./line/option.ts";
import { usageExitCode } from "./line/run.ts";
import { isTyped } from "./line/typed.ts";

export default command({
  name: "destroy",
  about: [
    "Removes all that runs in an environment, after it has shown what that is and the environment's name has been typed.",
    "Protected data stays, unless told otherwise.",
  ].join("\n"),
  summary: "removes all that runs, except protected data; `--with-data` removes that too; asks first",
  options: {
    "with-data": flag("remove protected data too, last; it cannot be brought back"),
    yes: flag("do not ask", "y"),
    "despite-freeze": despiteFreeze,
  },
  needs: "boxes",
  run: async ({ stack: name, "with-data": withData, yes, "despite-freeze": despite }) => {
    if (!yes && !process.stdin.isTTY) {
      process.stderr.write(
        "--yes: expected it where nobody can be asked, got no terminal; add --yes to say that it is meant\n",
      );
      process.exitCode = usageExitCode;
      return;
    }
    const stack = await selectStack(name);
    if (despite === undefined) await refuseFrozen(name, {});
    const plan = destroyPlan(await exportState(name), await environmentInStack(stack));
    process.stdout.write(destroyText(name, plan, withData));
    if (!yes && !(await isTyped(name, "to destroy it"))) {
      process.stdout.write("Nothing was changed.\n");
      return;
    }
    await refuseFrozen(name, { despite });
    await retainImages(name);
    await destroy(stack, plan, withData);
  },
});
