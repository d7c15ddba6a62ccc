import { describeBase } from "../operations/age/bases.ts";
import { describeFrozen } from "../operations/freeze/frozen.ts";
import { formatChecks } from "../operations/preview/hosts.ts";
import { formatMarkdown } from "../operations/preview/markdown.ts";
import { formatText } from "../operations/preview/text.ts";
import { startAhead } from "../operations/stack/ahead.ts";
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
  needs: "plan",
  run: async ({ stack, format, diff: withDiff, policy, "check-hosts": checkHosts }) => {
    const { wholePreview } = await startAhead(stack, () => import("../operations/preview/whole.ts"));
    const { report, diff } = await wholePreview(stack, { policy, checkHosts });
    const { checks = [], agedBases = [], frozen } = report;
    if (checks.some(({ fault }) => fault !== undefined)) process.exitCode = 1;
    if (format === "json") process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else if (format === "markdown") process.stdout.write(formatMarkdown(report, diff));
    else {
      // No part of what would change: beside it.
      process.stderr.write(agedBases.map((each) => `${describeBase(each)}\n`).join(""));
      if (frozen) process.stderr.write(`${describeFrozen(stack, frozen)}; ${frozen.fix}\n`);
      process.stdout.write(`${formatText(report)}${formatChecks(checks)}${withDiff ? `\n${diff}` : ""}`);
    }
  },
});
