import { fileChanges } from "./changes.ts";
import type { UpgradePlan } from "./plan.ts";
import { describeProofs, provedStacks, type StackProof } from "./proof.ts";
import { describePlan } from "./text.ts";
import { treeOf } from "./tree.ts";
import { shareIgnored, sharePackages, Trial } from "./trial.ts";

/** How a new version is tried. */
export interface TryOptions {
  /** Stacks that are previewed; empty: all that have been up; undefined: none. */
  stacks: readonly string[] | undefined;
  say: (text: string) => void;
  /** Asks whether it is to be taken. */
  agreed: () => Promise<boolean>;
}

/**
 * Tries a version in a folder that has the project on it: its own programs migrate the configuration and preview the stacks there, beside
 * previews by the present version in the clone.
 * @returns files of the configuration that were changed, and whether the version is to be taken.
 */
export async function tryOut(
  clone: string,
  plan: UpgradePlan,
  folder: string,
  { stacks, say, agreed }: TryOptions,
): Promise<{ changed: string[]; goesOn: boolean }> {
  sharePackages(clone, folder);
  shareIgnored(clone, folder);
  const next = new Trial(folder, clone);
  const migrations = await next.migrate(plan.base.commit);
  const trees = {
    base: treeOf(clone, plan.base.commit),
    ours: treeOf(clone, plan.ours),
    after: treeOf(clone, plan.tree ?? plan.ours),
    theirs: treeOf(clone, plan.theirs.commit),
  };
  say(describePlan(plan, fileChanges(trees), migrations));
  const proofs = stacks === undefined ? undefined : await proofsOf(clone, next, stacks);
  say(
    `\n${proofs ? describeProofs(proofs) : "Not previewed: what this version rebuilds and swaps is open.\n"}`,
  );
  refuseUnproved(proofs ?? []);
  return { changed: migrations?.files ?? [], goesOn: await agreed() };
}

async function proofsOf(clone: string, next: Trial, stacks: readonly string[]): Promise<StackProof[]> {
  const known = await next.stacks();
  const unknown = stacks.filter((stack) => !known.includes(stack));
  if (unknown.length > 0)
    throw new Error(
      `--stack: expected stacks that have been up, got ${unknown.join(", ")}; ${known.length > 0 ? `there are ${known.join(", ")}` : "there are none, so that nothing can swap: leave it out"}`,
    );
  return provedStacks(new Trial(clone, clone), next, stacks.length > 0 ? stacks : known);
}

/** @throws Error where nobody knows what a stack would do: what it was has been told. */
function refuseUnproved(proofs: readonly StackProof[]): void {
  const open = proofs.filter(({ report }) => report === undefined).map(({ stack }) => stack);
  if (open.length === 0) return;
  throw new Error(
    `${open.join(", ")}: expected a preview, got none; nothing was changed. Mend what it says, preview others alone (--stack), or none (--without-preview)`,
  );
}
