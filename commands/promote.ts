import { projectRoot } from "../config/root.ts";
import { releaseName } from "../images/release/release.ts";
import { refuseHoles } from "../operations/audit/gate/gate.ts";
import { refuseFrozen } from "../operations/freeze/frozen.ts";
import { laterPromoted } from "../operations/release/order.ts";
import { refusePastTasks } from "../operations/release/pastTasks.ts";
import { provedRelease, recordedRelease, runningReleaseIfAny } from "../operations/release/running.ts";
import { differenceText, switchRelease } from "../operations/release/switch.ts";
import { deploy } from "../operations/swap/deploy.ts";
import { command } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { flag, matching, optional, text } from "./line/option.ts";
import { pastTasks } from "./line/pastTasks.ts";
import { reason } from "./line/reason.ts";
import { verbose } from "./line/verbose.ts";

export default command({
  name: "promote",
  about:
    "Runs in one environment exactly what another has proved. Builds nothing. Shows the difference first.",
  summary: "takes what one environment proved to another, unchanged",
  options: {
    from: text("NAME", "dev", "the environment whose release is taken"),
    to: text("NAME", "prod", "the environment that takes it"),
    release: matching(
      optional("NAME", "this one of its releases, for example dev/4 (default: what it runs)"),
      /^[a-z][a-z0-9-]*\/[1-9]\d*$/,
      "the name of a release such as dev/4",
      "npm run releases lists them",
    ),
    "in-order": flag("change nothing where a later one was promoted already: for jobs that wait"),
    yes: flag("do not ask", "y"),
    "past-tasks": pastTasks,
    "despite-freeze": despiteFreeze,
    reason,
    verbose,
  },
  onStack: false,
  run: async ({ from, to, yes, reason: why, release: wanted, verbose: all, ...rest }) => {
    const { "past-tasks": past, "in-order": inOrder, "despite-freeze": despite } = rest;
    const release = wanted === undefined ? await provedRelease(from) : recordedRelease(from, wanted);
    const name = release.promotedFrom ?? releaseName(release);
    const running = await runningReleaseIfAny(to);
    const later = inOrder ? laterPromoted(running, release) : undefined;
    if (later !== undefined) {
      process.stdout.write(`${to} runs ${later} already, which came after ${name}; nothing was changed.\n`);
      return;
    }
    const difference = differenceText(running, release);
    if (difference === "") {
      process.stdout.write(`${to} runs ${name} already.\n`);
      return;
    }
    if (despite === undefined) await refuseFrozen(to, { brings: () => Promise.resolve(true) });
    if (!past) refusePastTasks(to, running, release);
    process.stdout.write(`${name} → ${to}\n${difference}`);
    await refuseHoles({
      ...{ root: projectRoot, stack: to, release, now: new Date() },
      running: () => Promise.resolve(running),
      say: (line) => process.stderr.write(`${line}\n`),
    });
    if (!yes && !(await confirmed(`Promote ${name} to ${to}? [y/N] `))) {
      process.stdout.write("Nothing was changed.\n");
      return;
    }
    const options = { holes: "done", reason: why, despite, verbose: all } as const;
    await switchRelease(to, name, (stack) => deploy(stack, options));
  },
});
