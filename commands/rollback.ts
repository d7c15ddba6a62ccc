import { projectRoot } from "../config/root.ts";
import { releaseName } from "../images/release/release.ts";
import { releaseFile } from "../images/release/folder.ts";
import { standingNumbers } from "../images/release/standing.ts";
import { readRelease } from "../images/release/store.ts";
import { refuseFrozen } from "../operations/freeze/frozen.ts";
import { refusePastTasks } from "../operations/release/pastTasks.ts";
import { runningRelease } from "../operations/release/running.ts";
import { differenceText, switchRelease } from "../operations/release/switch.ts";
import { deploy } from "../operations/swap/deploy.ts";
import { command } from "./line/command.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { flag, matching, optional } from "./line/option.ts";
import { pastTasks } from "./line/pastTasks.ts";
import { reason } from "./line/reason.ts";
import { verbose } from "./line/verbose.ts";

export default command({
  name: "rollback",
  about: "Goes back to an earlier release of an environment, without a build.",
  summary: "goes back to an earlier release",
  options: {
    to: matching(
      optional("N", "the number of the release (default: the one before what runs)"),
      /^[1-9]\d*$/,
      "the number of a release",
      "npm run releases lists them",
    ),
    build: flag("the other way: take no release any more, build again"),
    "past-tasks": pastTasks,
    "despite-freeze": despiteFreeze,
    reason,
    verbose,
  },
  run: async ({ stack, to, build, reason: why, "past-tasks": past, "despite-freeze": despite, ...rest }) => {
    const options = { reason: why, despite, verbose: rest.verbose };
    if (despite === undefined) await refuseFrozen(stack, {});
    if (build) {
      await switchRelease(stack, undefined, (back) => deploy(back, options));
      return;
    }
    const running = await runningRelease(stack);
    const number = to === undefined ? earlier(stack, running?.number) : Number(to);
    const release = readRelease(projectRoot, releaseFile(stack, number));
    if (!past) refusePastTasks(stack, running, release);
    const name = releaseName(release);
    const difference = differenceText(running, release);
    process.stdout.write(`${stack} goes back to ${name}\n${difference || "  which it runs already\n"}`);
    await switchRelease(stack, name, (back) => deploy(back, { holes: "goBack", ...options }));
  },
});

function earlier(stack: string, running: number | undefined): number {
  const numbers = standingNumbers(projectRoot, stack).filter((each) => each < (running ?? Infinity));
  const last = numbers.at(-1);
  if (last !== undefined) return last;
  throw new Error(
    `${stack}: expected a release before ${running ?? "this one"}, got none; npm run releases lists them`,
  );
}
