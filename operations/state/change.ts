import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { execute } from "../../work/execute.ts";

/** Where a stack is, for the CLI. */
export interface StackPlace {
  stack: string;
  /** The folder of the project. */
  folder: string;
  /** Variables on top of the process's own; default: none. */
  environment?: Record<string, string>;
}

/**
 * Changes the state of a stack. Its secrets stay encrypted, and it goes through no file. The engine forgets all pending operations
 * of a state that is imported.
 * @param change undefined leaves the state as it is.
 * @throws Error when somebody changed it meanwhile: nothing is overwritten.
 */
export async function changeState(
  place: StackPlace,
  change: (deployment: Deployment) => Deployment | undefined | Promise<Deployment | undefined>,
): Promise<void> {
  const { stack } = place;
  const before = await runPulumi(place, ["stack", "export", "--stack", stack]);
  const after = await change(JSON.parse(before) as Deployment);
  if (!after) return;
  if ((await runPulumi(place, ["stack", "export", "--stack", stack])) !== before)
    throw new Error(`${stack}: expected the state that was read, got a newer one, which stays; run it again`);
  await runPulumi(place, ["stack", "import", "--stack", stack], JSON.stringify(after));
}

async function runPulumi({ folder, environment = {} }: StackPlace, args: string[], input?: string) {
  const options = { cwd: folder, env: environment, package: "pulumi by toolchain/setup" };
  const given = input === undefined ? {} : { input };
  return (await execute("pulumi", [...args, "--non-interactive"], { ...options, ...given })).stdout;
}
