import { chosen } from "./line/choice.ts";
import { driftExitCode, type DriftReport } from "../operations/drift/finding/finding.ts";
import { formatDriftMarkdown, formatDriftText } from "../operations/drift/format.ts";
import { lookForDrift } from "../operations/drift/look.ts";
import { repairDrift } from "../operations/drift/repair.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { selectStack } from "../operations/stack/stack.ts";

const { values } = readOptions(
  {
    usage: "npm run drift -- [options]",
    about:
      "Says what runs otherwise than the last update left it: resources, boxes' settings, files in them, their age.\nExit code: 0 no drift, 2 drift, 1 could not tell. Changes nothing without --repair.",
    options: {
      "--format FORMAT": "text (default), markdown or json",
      "--repair": "replace what drifted by new boxes, and look again",
    },
  },
  { format: { type: "string", default: "text" }, repair: { type: "boolean", default: false } },
);
const format = chosen("--format", values.format, ["text", "markdown", "json"]);

await runCommand(async () => {
  const stack = await selectStack(values.stack);
  let report = await lookForDrift(stack);
  if (values.repair && report.findings.length > 0) {
    process.stderr.write(formatDriftText(report));
    await repairDrift(stack, report);
    report = await lookForDrift(stack);
  }
  process.stdout.write(formatted(report));
  process.exitCode = driftExitCode(report);
});

function formatted(report: DriftReport): string {
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  return format === "markdown" ? formatDriftMarkdown(report) : formatDriftText(report);
}
