import { describeBase, type AgedBase } from "../operations/age/bases.ts";
import { driftExitCode, type DriftReport } from "../operations/drift/finding/finding.ts";
import { formatDriftMarkdown, formatDriftText } from "../operations/drift/format.ts";
import { lookForDrift } from "../operations/drift/look.ts";
import { repairDrift } from "../operations/drift/repair.ts";
import { refuseFrozen } from "../operations/freeze/frozen.ts";
import { previewAhead } from "../operations/preview/ahead.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { command } from "./line/command.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { choice, flag } from "./line/option.ts";

const formats = {
  text: formatDriftText,
  markdown: formatDriftMarkdown,
  json: (report: DriftReport) => `${JSON.stringify(report, null, 2)}\n`,
};

export default command({
  name: "drift",
  about:
    "Says what runs otherwise than the last update left it: resources, boxes' settings, files in them, their age.\nExit code: 0 no drift, 2 drift, 1 could not tell. Changes nothing without --repair.",
  summary: "says what runs otherwise than the last update left it (exit code 2); `--repair` makes new boxes",
  options: {
    format: choice("FORMAT", ["text", "markdown", "json"], "how it is shown"),
    repair: flag("replace what drifted by new boxes, and look again"),
    "despite-freeze": despiteFreeze,
  },
  needs: "boxes",
  run: async ({ stack: name, format, repair, "despite-freeze": despite }) => {
    const stack = await selectStack(name);
    let aged: AgedBase[] = [];
    let report = await lookForDrift(stack, (bases) => (aged = bases));
    if (repair && report.findings.length > 0) {
      process.stderr.write(formatDriftText(report));
      await refuseFrozen(name, { despite, brings: async () => (await previewAhead(name)).changes });
      await repairDrift(stack, report);
      report = await lookForDrift(stack);
    }
    // No drift yet, and so no part of the report.
    process.stderr.write(aged.map((each) => `${describeBase(each)}\n`).join(""));
    process.stdout.write(formats[format](report));
    process.exitCode = driftExitCode(report);
  },
});
