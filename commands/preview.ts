import { hostChecks } from "../fleets/hosts/check.ts";
import { agedBasesIn, describeBase } from "../operations/age/bases.ts";
import { describeFrozen, frozenBySomebody } from "../operations/freeze/frozen.ts";
import { environmentInStack } from "../operations/preview/environment.ts";
import { withFound } from "../operations/preview/found.ts";
import { formatChecks, unasked } from "../operations/preview/hosts.ts";
import { formatMarkdown } from "../operations/preview/markdown.ts";
import { reportOf } from "../operations/preview/report.ts";
import { previewOf } from "../operations/preview/run.ts";
import { formatText } from "../operations/preview/text.ts";
import { withPreviewed } from "../operations/stack/previewed.ts";
import { policyPack } from "../operations/stack/stack.ts";
import { command } from "./line/command.ts";
import { choice, flag } from "./line/option.ts";

export default command({
  name: "preview",
  about: "Says which layers would be built and why, and which fleets would swap. Builds and changes nothing.",
  summary: "says what would be built and why, and what would swap; `--format markdown` for a pull request",
  options: {
    format: choice("FORMAT", ["text", "markdown", "json"], "markdown is for a pull request"),
    diff: flag("with text: the engine's own preview too"),
    policy: flag("check the policies of policy/ too"),
    "check-hosts": flag(
      "ask every mutable host what its roles would change there (ansible-playbook --check --diff)",
    ),
  },
  run: async ({ stack: name, format, diff: withDiff, policy, "check-hosts": checkHosts }) => {
    hostChecks.wanted = checkHosts;
    await withPreviewed(name, async (stack) => {
      const { steps, diff, notes } = await previewOf(stack, policy ? { policyPacks: [policyPack] } : {});
      const planned = reportOf(name, steps, await environmentInStack(stack));
      const plan = { ...planned, layers: await withFound(planned.layers, steps) };
      const told = (await Promise.all(hostChecks.pending)).flat();
      const checks = checkHosts ? [...told, ...unasked(plan.hosts, told)] : [];
      const aged = agedBasesIn(steps, new Date());
      const frozen = frozenBySomebody(name);
      const report = {
        ...{ ...plan, ...(checkHosts && { checks }), ...(notes.length > 0 && { notes }) },
        ...(aged.length > 0 && { agedBases: aged }),
        ...(frozen && { frozen }),
      };
      if (checks.some(({ fault }) => fault !== undefined)) process.exitCode = 1;
      if (format === "json") process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else if (format === "markdown") process.stdout.write(formatMarkdown(report, diff));
      else {
        // No part of what would change: beside it.
        process.stderr.write(aged.map((each) => `${describeBase(each)}\n`).join(""));
        if (frozen) process.stderr.write(`${describeFrozen(name, frozen)}; ${frozen.fix}\n`);
        process.stdout.write(`${formatText(report)}${formatChecks(checks)}${withDiff ? `\n${diff}` : ""}`);
      }
    });
  },
});
