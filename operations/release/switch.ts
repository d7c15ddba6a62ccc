import { projectRoot } from "../../config/root.ts";
import { describeDifferences, releaseDifferences } from "../../images/release/difference.ts";
import type { ReleaseContent } from "../../images/release/release.ts";
import { deploy } from "../swap/deploy.ts";
import { NotRecorded } from "../swap/recorded.ts";
import { selectionOf, writeSelection } from "./selection.ts";
import { stackFile } from "../stack/writeEnvironment.ts";
import { messageOf } from "../../work/message.ts";

/** The difference between what runs and what shall run, as text; empty when there is none. */
export function differenceText(before: ReleaseContent | undefined, after: ReleaseContent): string {
  return describeDifferences(releaseDifferences(before, after))
    .map((line) => `  ${line}\n`)
    .join("");
}

/**
 * Makes a stack take a release (undefined: build) and runs `up`; when that fails, the stack's file is as it was. An update that
 * succeeded, and only could not be recorded, stands: the file goes on naming what runs.
 * @param update brings the stack to what its file says; default: as `npm run up`.
 */
export async function switchRelease(
  stack: string,
  release: string | undefined,
  update: (stack: string) => Promise<unknown> = (each) => deploy(each),
  root = projectRoot,
): Promise<void> {
  const before = selectionOf(root, stack);
  writeSelection(root, stack, release);
  try {
    await update(stack);
  } catch (error) {
    if (!(error instanceof NotRecorded)) putBack(root, stack, before);
    throw error;
  }
}

function putBack(root: string, stack: string, before: string | undefined): void {
  const up = `npm run up -- --stack ${stack}`;
  try {
    writeSelection(root, stack, before);
    process.stderr.write(
      `${stackFile(stack)} names ${before ?? "no release"} again, as before. What runs well serves on; ${up} removes what the failed attempt left.\n`,
    );
  } catch (error) {
    process.stderr.write(
      `${stackFile(stack)}: expected it to name ${before ?? "no release"} again, got: ${messageOf(error)}; put that back before ${up}\n`,
    );
  }
}
