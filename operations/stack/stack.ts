import * as path from "node:path";
import { CommandError, LocalWorkspace, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { readStackStateAhead, stackState } from "../../fleets/data/stackState.ts";
import { projectRoot } from "../../config/root.ts";
import { engineCli } from "./engineCli.ts";
import { wordsOf } from "./failure.ts";
import { freed } from "./freed.ts";
import { projectName } from "./projectName.ts";
import { hasStackFile, noStack } from "./stackFiles.ts";

/** The folder of the policies that hold for all stacks. */
export const policyPack = path.join(projectRoot, "policy");

/**
 * The stack of that name, made where the project has a file of it: for `up` alone.
 * @throws Error when there is neither.
 */
export async function openStack(stackName: string): Promise<Stack> {
  const found = await findStackAhead(stackName);
  if (found) return found;
  if (!hasStackFile(stackName)) throw noStack(stackName);
  return told(LocalWorkspace.createStack(inlineProgram(stackName), { workDir: projectRoot }));
}

/** The stack of that name. @throws Error when there is none. */
export async function selectStack(stackName: string): Promise<Stack> {
  const found = await findStack(stackName);
  if (!found) throw noStack(stackName);
  return found;
}

/** The stack of that name; undefined when there is none. Makes and changes nothing. */
export async function findStack(stackName: string): Promise<Stack | undefined> {
  try {
    return await told(LocalWorkspace.selectStack(inlineProgram(stackName), { workDir: projectRoot }));
  } catch (error) {
    if (error instanceof Error && error.cause instanceof StackNotFoundError) return undefined;
    throw error;
  }
}

/**
 * The same, for whoever runs the program, which wants the state as it is before: that is read meanwhile, and a stack that has one need
 * not be selected, as each call of the engine's CLI names it.
 */
export async function findStackAhead(stackName: string): Promise<Stack | undefined> {
  readStackStateAhead(stackName);
  // Who cannot read it, or has no engine, is told why by the search.
  const looked = await Promise.all([engineCli(), stackState(stackName)]).catch(() => undefined);
  if (!looked || !("deployment" in looked[1])) return findStack(stackName);
  const [pulumiCommand] = looked;
  const { program } = inlineProgram(stackName);
  const workspace = await LocalWorkspace.create({ workDir: projectRoot, program, pulumiCommand });
  // What the program imports is read while the engine starts, not when that asks for it, which says what is wrong there.
  Promise.all([import("../../images/index.ts"), import("../../fleets/index.ts")]).catch(() => undefined);
  workspace.selectStack = () => Promise.resolve();
  return told(Stack.select(stackName, workspace));
}

/** The arguments of a workspace whose program is index.ts, run in this process. */
export function inlineProgram(stackName: string) {
  return { stackName, projectName, program: () => import("../../index.ts") };
}

/** What the engine said of a failure, which it does not print itself at this stage. */
export async function told(opening: Promise<Stack>): Promise<Stack> {
  try {
    return freed(await opening);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const reason = wordsOf(error).stderr.trim();
    throw new Error(`${reason === "" ? error.message : reason}${hint(error.message)}`, { cause: error });
  }
}

/** The way out of what happens to those who clone a project whose salt was committed. */
function hint(message: string): string {
  if (!message.includes("incorrect passphrase")) return "";
  return "\nPulumi.STACK.yaml: expected the encryptionsalt of this clone's passphrase, got another's; put the team's passphrase into .pulumi-passphrase, or remove the line encryptionsalt";
}
