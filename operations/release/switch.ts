import { projectRoot } from "../../config/root.ts";
import { describeDifferences, differences } from "../../images/release/difference.ts";
import type { ReleaseContent } from "../../images/release/release.ts";
import { deploy } from "../swap/deploy.ts";
import { selectionOf, stackFile, writeSelection } from "./selection.ts";

/** The difference between what runs and what shall run, as text; empty when there is none. */
export function differenceText(before: ReleaseContent | undefined, after: ReleaseContent): string {
  return describeDifferences(differences(before, after))
    .map((line) => `  ${line}\n`)
    .join("");
}

/** Makes a stack take a release (undefined: build) and runs `up`; when that fails, the stack's file is as it was. */
export async function switchRelease(stack: string, release: string | undefined): Promise<void> {
  const before = selectionOf(projectRoot, stack);
  writeSelection(projectRoot, stack, release);
  try {
    await deploy(stack);
  } catch (error) {
    writeSelection(projectRoot, stack, before);
    process.stderr.write(
      `${stackFile(stack)} names ${before ?? "no release"} again, as before. What runs well serves on; npm run up -- --stack ${stack} removes what the failed attempt left.\n`,
    );
    throw error;
  }
}
