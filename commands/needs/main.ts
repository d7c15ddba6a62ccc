import { ConfigurationError } from "../../config/problem.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { messageOf } from "../../work/message.ts";
import { loadCommand } from "../index.ts";
import type { Command } from "../line/command.ts";
import { allSteps, neededSteps, type LookedEnvironment, type ToolStep } from "../line/needs.ts";
import { readLine } from "../line/read.ts";

// node commands/needs/main.ts SCRIPT [ARGUMENT…]: the steps of toolchain/setup that a program stands on, one line each. Exit code 1: it would fail
// by what the configuration says, which is told; nothing needs to be installed for that.

/** What is to be there before a command begins. @throws ConfigurationError where it would build what is configured wrongly. */
async function stepsFor([script = "", name = "help", ...args]: readonly string[]): Promise<
  readonly ToolStep[]
> {
  if (script !== "commands/main.ts") return allSteps;
  const command = await loadCommand(name);
  // What is wrong with the line is told by the command itself.
  const line = command && readLine(command, args);
  if (!line || line.problems.length > 0 || line.values["help"] === true) return neededSteps("nothing");
  const { needs = "images", also = [] } = command;
  return neededSteps(needs, also, lookedAt(command, line.values));
}

/** @throws ConfigurationError where the command would do what is configured wrongly. */
function lookedAt(
  { needs = "images", onStack = true }: Command,
  { stack }: Readonly<Record<string, unknown>>,
): LookedEnvironment | undefined {
  if (!onStack || typeof stack !== "string" || needs === "nothing" || needs === "state") return undefined;
  try {
    const configuration = readConfigurationFiles(projectRoot, stack);
    return { configuration, plan: environmentPlan(configuration) };
  } catch (error) {
    if (needs === "boxes") return undefined;
    throw error;
  }
}

try {
  process.stdout.write(`${(await stepsFor(process.argv.slice(2))).join("\n")}\n`);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ConfigurationError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${messageOf(error)}\n`);
}
