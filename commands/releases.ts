import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../config/root.ts";
import { releaseFile, releasedEnvironments } from "../images/release/folder.ts";
import { frozenEnvironments } from "../images/release/freeze.ts";
import { lateNumbers, standingNumbers } from "../images/release/standing.ts";
import { readEntry } from "../images/release/store.ts";
import { describeFrozen, frozenBySomebody } from "../operations/freeze/frozen.ts";
import { releaseRows } from "../operations/release/list.ts";
import { runningReleaseIfAny } from "../operations/release/running.ts";
import { readSwaps } from "../operations/swap/record.ts";
import { formatTable } from "../operations/text/table.ts";
import { command } from "./line/command.ts";

export default command({
  name: "releases",
  about:
    "Lists the releases of every environment: when, what changed, what the swap cost, where they run, who recorded them and why. Then the environments that are frozen.",
  summary: "lists what each environment proved, where it runs, who recorded it and why",
  options: {},
  onStack: false,
  needs: "state",
  run: async () => {
    const environments = releasedEnvironments(projectRoot);
    const swaps = environments.flatMap((environment) => readSwaps(projectRoot, environment));
    const releases = environments.flatMap((environment) =>
      standingNumbers(projectRoot, environment).map((number) =>
        readEntry(projectRoot, releaseFile(environment, number)),
      ),
    );
    const workspace = await LocalWorkspace.create({ workDir: projectRoot });
    const stacks = (await workspace.listStacks()).map(({ name }) => name);
    const running = await Promise.all(
      stacks.map(async (stack) => [stack, await runningReleaseIfAny(stack)] as const),
    );
    if (releases.length === 0)
      process.stdout.write("There are no releases yet; npm run up records the first.\n");
    else process.stdout.write(formatTable(releaseRows(releases, running, swaps)));
    for (const environment of environments)
      for (const number of lateNumbers(projectRoot, environment))
        process.stdout.write(`${environment}/${number} does not count: its key had ended (npm run keys)\n`);
    for (const each of frozenEnvironments(projectRoot, new Date())) {
      const frozen = frozenBySomebody(each);
      if (frozen) process.stdout.write(`${describeFrozen(each, frozen)}\n`);
    }
  },
});
