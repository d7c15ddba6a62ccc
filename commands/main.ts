import { commandNames, loadCommand, loadCommands } from "./index.ts";
import { helpText } from "./line/help.ts";
import { swallowedOptions } from "./line/npm.ts";
import { readLine } from "./line/read.ts";
import { runCommand, usageExitCode } from "./line/run.ts";
import { suggest } from "../config/problem.ts";

// ./fleet COMMAND [options]: reads the line, tells what is wrong with it (exit code 64), and runs the command.
const [name = "help", ...args] = process.argv.slice(2);
const command = await loadCommand(["--help", "-h"].includes(name) ? "help" : name);
if (command) {
  const { values, words, problems } = readLine(command, args);
  const wrong = [...problems, ...swallowedOptions(command, process.env)];
  if (values["help"] === true) process.stdout.write(helpText(command));
  else if (wrong.length > 0) misused(`${wrong.join("\n")}\n\n${helpText(command)}`);
  else if (command.ownSignals) await command.run(values, words, loadCommands);
  else await runCommand(() => command.run(values, words, loadCommands));
} else {
  misused(
    `${name}: expected a command, got another word; ${suggest(name, commandNames)}; ./fleet help lists them\n`,
  );
}

function misused(text: string): void {
  process.stderr.write(text);
  process.exitCode = usageExitCode;
}
