import { environmentOf } from "../operations/preview/environment.ts";
import { hostChecks } from "../fleets/hosts/check.ts";
import { readOptions, usageExitCode } from "./line/options.ts";
import { formatChecks, unasked } from "../operations/preview/hosts.ts";
import { formatMarkdown } from "../operations/preview/markdown.ts";
import { withFound } from "../operations/preview/found.ts";
import { reportOf } from "../operations/preview/report.ts";
import { previewOf } from "../operations/preview/run.ts";
import { formatText } from "../operations/preview/text.ts";
import { runCommand } from "./line/run.ts";
import { openStack, policyPack } from "../operations/stack/stack.ts";

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
      "--check-hosts":
        "ask every mutable host what its roles would change there (ansible-playbook --check --diff)",
    },
  },
  {
    format: { type: "string", default: "text" },
    diff: { type: "boolean", default: false },
    policy: { type: "boolean", default: false },
    "check-hosts": { type: "boolean", default: false },
  },
);

if (!formats.includes(values.format)) {
  process.stderr.write(`--format: expected one of ${formats.join(", ")}, got ${values.format}; choose one\n`);
  process.exit(usageExitCode);
}

hostChecks.wanted = values["check-hosts"];
await runCommand(async () => {
  const stack = await openStack(values.stack);
  const { steps, diff } = await previewOf(stack, values.policy ? { policyPacks: [policyPack] } : {});
  const planned = reportOf(values.stack, steps, await environmentOf(stack));
  const plan = { ...planned, layers: await withFound(planned.layers, steps) };
  const told = (await Promise.all(hostChecks.pending)).flat();
  const checks = values["check-hosts"] ? [...told, ...unasked(plan.hosts, told)] : [];
  const report = { ...plan, ...(values["check-hosts"] && { checks }) };
  if (checks.some(({ fault }) => fault !== undefined)) process.exitCode = 1;
  if (values.format === "json") process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (values.format === "markdown") process.stdout.write(formatMarkdown(report, diff));
  else {
    process.stdout.write(`${formatText(report)}${formatChecks(checks)}${values.diff ? `\n${diff}` : ""}`);
  }
});
