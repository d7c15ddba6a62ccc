import { selectStack } from "../stack/stack.ts";
import { resourcesOf, type StateResource } from "./resource.ts";

/** The resources in the state of a stack. @throws Error when there is no such stack. */
export async function readState(stackName: string): Promise<StateResource[]> {
  const stack = await selectStack(stackName);
  return resourcesOf(await stack.exportStack());
}
