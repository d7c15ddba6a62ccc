import { createInterface } from "node:readline/promises";
import { releaseName } from "../images/release/release.ts";
import { readOptions } from "./line/options.ts";
import { provedRelease, runningReleaseIfAny } from "../operations/release/running.ts";
import { differenceText, switchRelease } from "../operations/release/switch.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run promote -- [--from dev] [--to prod] [--yes]",
    about:
      "Runs in one environment exactly what another has proved. Builds nothing. Shows the difference first.",
    hidesStack: true,
    options: {
      "--from NAME": "the environment whose release is taken (default: dev)",
      "--to NAME": "the environment that takes it (default: prod)",
      "--yes, -y": "do not ask",
    },
  },
  {
    from: { type: "string", default: "dev" },
    to: { type: "string", default: "prod" },
    yes: { type: "boolean", short: "y", default: false },
  },
);

await runCommand(async () => {
  const release = await provedRelease(values.from);
  const name = release.promotedFrom ?? releaseName(release);
  const difference = differenceText(await runningReleaseIfAny(values.to), release);
  if (difference === "") {
    process.stdout.write(`${values.to} runs ${name} already.\n`);
    return;
  }
  process.stdout.write(`${name} → ${values.to}\n${difference}`);
  if (!values.yes && !(await confirmed(`Promote ${name} to ${values.to}? [y/N] `))) {
    process.stdout.write("Nothing was changed.\n");
    return;
  }
  await switchRelease(values.to, name);
});

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error("--yes: expected it where nobody can be asked, got no terminal; add --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question(question));
  } finally {
    terminal.close();
  }
}
