import { ConfigurationError, type Problem } from "../../config/problem.ts";
import { secretValueProblems } from "../../config/references/variables.ts";
import { projectRoot } from "../../config/root.ts";
import { execute } from "../../work/execute.ts";
import { projectName } from "../stack/projectName.ts";
import { openStack } from "../stack/stack.ts";

/** A path of Pulumi's configuration takes them as they are. */
const secretName = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * Sets a secret of a stack, which is made where the project has a file of it: encrypted in Pulumi.STACK.yaml, whose other lines stay.
 * @param value goes by standard input, and is on no command line; its last newline does not count.
 * @throws ConfigurationError for a name or value that cannot be one; Error with what the engine said.
 */
export async function setSecret(stack: string, name: string, value: string): Promise<void> {
  const text = value.replace(/\r?\n$/, "");
  const problems = [
    ...nameProblems(name),
    ...emptyProblems(name, text),
    ...secretValueProblems({ [name]: text }),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  await openStack(stack);
  await configure(["set", "--secret", "--path", keyOf(name)], stack, text);
}

/** Removes a secret of a stack. @throws Error with what the engine said. */
export async function removeSecret(stack: string, name: string): Promise<void> {
  await configure(["rm", "--path", keyOf(name)], stack);
}

async function configure(args: readonly string[], stack: string, input = ""): Promise<void> {
  const line = ["config", ...args, "--stack", stack, "--non-interactive"];
  await execute("pulumi", line, { cwd: projectRoot, input, package: "pulumi by toolchain/setup" });
}

function keyOf(name: string): string {
  return `${projectName}:secrets.${name}`;
}

function nameProblems(name: string): Problem[] {
  if (secretName.test(name)) return [];
  const expected = "a name of letters, digits, _ and -, which begins with a letter";
  return [{ path: "secrets", expected, got: name, fix: "name it otherwise" }];
}

function emptyProblems(name: string, text: string): Problem[] {
  if (text !== "") return [];
  const fix = `npm run secrets -- set ${name} < FILE`;
  return [{ path: `secrets.${name}`, expected: "a value on standard input", got: "nothing", fix }];
}
