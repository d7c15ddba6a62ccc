import { existsSync, globSync } from "node:fs";
import * as path from "node:path";
import { formatProblem, suggest } from "../../config/problem.ts";
import { projectRoot } from "../../config/root.ts";

/** The path of a stack's file, `Pulumi.STACK.yaml`. */
export function stackFilePath(stackName: string): string {
  return path.join(projectRoot, `Pulumi.${stackName}.yaml`);
}

/** Whether the project says what is to run in a stack. */
export function hasStackFile(stackName: string): boolean {
  return existsSync(stackFilePath(stackName));
}

/** Why nothing can be said of a stack that is not there: one line, with the way out. */
export function noStack(stackName: string): Error {
  const known = globSync("Pulumi.*.yaml", { cwd: projectRoot }).map((file) =>
    file.slice("Pulumi.".length, -5),
  );
  const isKnown = hasStackFile(stackName);
  return new Error(
    formatProblem({
      path: "--stack",
      expected: isKnown ? "a stack that has been up" : `a stack with a file Pulumi.${stackName}.yaml`,
      got: `no stack named ${stackName}`,
      fix: isKnown ? `npm run up -- --stack ${stackName} makes it` : suggest(stackName, known.sort()),
    }),
  );
}
