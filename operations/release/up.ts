import { writeFileSync } from "node:fs";
import { overtakenBy } from "./order.ts";
import { refuseSelectedPastTasks } from "./pastTasks.ts";
import { deploy, type DeployOptions } from "../swap/deploy.ts";

/** How an update is asked for. */
export interface UpRequest extends DeployOptions {
  stack: string;
  /** Change nothing where a later commit was brought there already. */
  inOrder: boolean;
  /** Whether a release before irreversible tasks is taken all the same. */
  pastTasks: boolean;
  /** Where the release's name is written; empty where nothing was changed. */
  releaseFile: string | undefined;
}

/** Brings a stack to what its configuration says, unless somebody has brought it further. */
export async function bringUp(request: UpRequest): Promise<void> {
  const { stack, inOrder, pastTasks, releaseFile, ...options } = request;
  const later = inOrder ? await overtakenBy(stack) : undefined;
  if (later !== undefined) {
    process.stdout.write(
      `${stack} runs ${later} already, which came after this commit; nothing was changed.\n`,
    );
    if (releaseFile !== undefined) writeFileSync(releaseFile, "");
    return;
  }
  if (!pastTasks) await refuseSelectedPastTasks(stack);
  const name = await deploy(stack, options);
  if (releaseFile !== undefined) writeFileSync(releaseFile, `${name ?? ""}\n`);
}
