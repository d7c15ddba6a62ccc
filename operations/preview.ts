import { environmentOf } from "./preview/environment.ts";
import { readOptions, usageExitCode } from "./options.ts";
import { formatMarkdown } from "./preview/markdown.ts";
import { reportOf } from "./preview/report.ts";
import { previewOf } from "./preview/run.ts";
import { formatText } from "./preview/text.ts";
import { runCommand } from "./run.ts";
import { openStack, policyPack } from "./stack.ts";

const formats = ["text", "markdown", "json"];

const { values } = readOptions(
  {
    usage: "npm run preview -- [options]",
    about:
      "Says which layers would be built and why, and which fleets would swap. Builds and changes nothing.",
    options: {
      "--format FORMAT": "text (default), markdown (for a pull request) or json",
      "--diff": "with text: the engine's own preview too",
      "--policy": "check the policies of policy/ too",
    },
  },
  {
    format: { type: "string", default: "text" },
    diff: { type: "boolean", default: false },
    policy: { type: "boolean", default: false },
  },
);

if (!formats.includes(values.format)) {
  process.stderr.write(`--format: expected one of ${formats.join(", ")}, got ${values.format}; choose one\n`);
  process.exit(usageExitCode);
}

await runCommand(async () => {
  const stack = await openStack(values.stack);
  const { steps, diff } = await previewOf(stack, values.policy ? { policyPacks: [policyPack] } : {});
  const report = reportOf(values.stack, steps, await environmentOf(stack));
  if (values.format === "json") process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (values.format === "markdown") process.stdout.write(formatMarkdown(report, diff));
  else process.stdout.write(values.diff ? `${formatText(report)}\n${diff}` : formatText(report));
});
