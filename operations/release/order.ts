import { projectRoot } from "../../config/root.ts";
import { fetchLedger } from "../../images/ledger/fetch.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { releaseFile } from "../../images/release/folder.ts";
import { releaseName, type Release } from "../../images/release/release.ts";
import { standingNumbers } from "../../images/release/standing.ts";
import { readRelease } from "../../images/release/store.ts";
import { gitNow, isAncestor } from "../../work/git.ts";
import { findStack } from "../stack/stack.ts";

/** Of the last operations on a stack one is an update, as good as always: looks and refreshes are not written down. */
const lastOperations = 10;

/**
 * The commit that a stack was last brought to, where it came after the one that is checked out: whoever waited longer than that has been
 * overtaken. Undefined where it did not, or is of another line.
 */
export async function overtakenBy(stackName: string, root = projectRoot): Promise<string | undefined> {
  const updates = (await (await findStack(stackName))?.history(lastOperations, 1)) ?? [];
  const last = updates.find(({ kind }) => kind === "update")?.environment["git.head"];
  // A job's clone has no more than its own commit: with the ledger comes what the protected branch has by now.
  fetchLedger(root);
  return last !== undefined && cameAfter(root, last) ? last : undefined;
}

/** Whether a commit came after the one that is checked out. */
export function cameAfter(root: string, commit: string): boolean {
  const head = gitNow(root, ["rev-parse", "HEAD"]);
  return head !== commit && isAncestor(root, head, commit);
}

/** The release that runs in an environment, where it is a later one of the very line of those that one is taken of (dev/7, for dev/5). */
export function laterPromoted(
  running: Pick<ReleaseOutput, "environment" | "number" | "promotedFrom"> | undefined,
  wanted: Release,
  root = projectRoot,
): string | undefined {
  if (!running) return undefined;
  const present = running.promotedFrom ?? promotedFrom(root, running);
  const [line, number] = (present ?? "").split("/");
  const [wantedLine, wantedNumber] = (wanted.promotedFrom ?? releaseName(wanted)).split("/");
  return line === wantedLine && Number(number) > Number(wantedNumber) ? present : undefined;
}

/** After a rollback a stack says its own release's number alone. */
function promotedFrom(
  root: string,
  { environment, number }: Pick<ReleaseOutput, "environment" | "number">,
): string | undefined {
  if (!standingNumbers(root, environment).includes(number)) return undefined;
  return readRelease(root, releaseFile(environment, number)).promotedFrom;
}
