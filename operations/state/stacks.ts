import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";

/** The names of all stacks of this project in the present backend. */
export async function allStackNames(): Promise<string[]> {
  const workspace = await LocalWorkspace.create({ workDir: projectRoot });
  return (await workspace.listStacks()).map(({ name }) => name);
}
