import { projectRoot } from "../../config/root.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { pastTasksProblem, tasksPast } from "../../images/release/pastTasks.ts";
import type { Release } from "../../images/release/release.ts";
import { releaseFile } from "../../images/release/folder.ts";
import { standingNumbers } from "../../images/release/standing.ts";
import { readRelease } from "../../images/release/store.ts";
import { runningReleaseIfAny } from "./running.ts";
import { selectionOf } from "./selection.ts";

/**
 * Refuses that an environment goes back to a release before a task that cannot be undone.
 * @param running what it runs; undefined: nothing yet.
 * @throws Error with the ways out.
 */
export function refusePastTasks(
  stack: string,
  running: Pick<ReleaseOutput, "number"> | undefined,
  wanted: Release,
  root = projectRoot,
): void {
  if (!running) return;
  const releases = standingNumbers(root, stack).map((number) =>
    readRelease(root, releaseFile(stack, number)),
  );
  const past = tasksPast(releases, running.number, wanted);
  if (past.length > 0) throw new Error(pastTasksProblem(stack, past));
}

/** The same of a release of its own that the stack's file names, whoever wrote it there. */
export async function refuseSelectedPastTasks(stack: string): Promise<void> {
  const selected = selectionOf(projectRoot, stack);
  const number = selected?.startsWith(`${stack}/`) ? Number(selected.slice(stack.length + 1)) : NaN;
  if (!Number.isInteger(number)) return;
  const running = await runningReleaseIfAny(stack);
  if (running === undefined || running.number === number) return;
  refusePastTasks(stack, running, readRelease(projectRoot, releaseFile(stack, number)));
}
