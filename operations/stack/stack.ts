import * as path from "node:path";
import { CommandError, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { readStackStateAhead } from "../../fleets/data/stackState.ts";
import { projectRoot } from "../../config/root.ts";

/** The name of the project in Pulumi.yaml: one state serves `npm run up` and `pulumi up`. */
export const projectName = "immutable-fleets";

/** The folder of the policies that hold for all stacks. */
export const policyPack = path.join(projectRoot, "policy");

/** The stack of that name, made when there is none; its program is index.ts, run in this process. */
export function openStack(stackName: string): Promise<Stack> {
  readStackStateAhead(stackName);
  return told(LocalWorkspace.createOrSelectStack(inline(stackName), { workDir: projectRoot }));
}

/** The stack of that name. @throws Error when there is none. */
export function selectStack(stackName: string): Promise<Stack> {
  return told(LocalWorkspace.selectStack(inline(stackName), { workDir: projectRoot }));
}

function inline(stackName: string) {
  return { stackName, projectName, program: () => import("../../index.ts") };
}

/** What the engine said of a failure, which it does not print itself at this stage. */
async function told(opening: Promise<Stack>): Promise<Stack> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const reason = /stderr: (.*?)(\n *err\?: |$)/s.exec(error.message)?.[1]?.trim();
    throw new Error(`${reason ?? error.message}${hint(error.message)}`, { cause: error });
  }
}

/** The way out of what happens to those who clone a project whose salt was committed. */
function hint(message: string): string {
  if (!message.includes("incorrect passphrase")) return "";
  return "\nPulumi.STACK.yaml: expected the encryptionsalt of this clone's passphrase, got another's; put the team's passphrase into .pulumi-passphrase, or remove the line encryptionsalt";
}
