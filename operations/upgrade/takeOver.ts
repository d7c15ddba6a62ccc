import { execa } from "execa";
import { gitNow } from "../../work/git.ts";
import { partingOf } from "./source.ts";

/**
 * A commit on the clone's with the tree of the upgrade. Where the histories are one, the version's is the second parent, so that Git knows of
 * it, too.
 */
export function upgradeCommit(
  root: string,
  { tree, ours, theirs, message }: { tree: string; ours: string; theirs: string; message: string },
): string {
  const second = partingOf(root, theirs) === undefined ? [] : ["-p", theirs];
  const signed = isSigning(root) ? ["-S"] : [];
  return gitNow(root, ["commit-tree", tree, "-p", ours, ...second, ...signed, "-m", message]);
}

function isSigning(root: string): boolean {
  try {
    return gitNow(root, ["config", "--type=bool", "commit.gpgsign"]) === "true";
  } catch {
    return false;
  }
}

/**
 * Has the clone stand on the commit, by Git's own fast-forward: a process group of its own, which neither Ctrl-C nor the end of this process
 * stops half way.
 * @throws Error where something was changed meanwhile; the clone is as it was.
 */
export async function takeOver(root: string, commit: string): Promise<void> {
  const options = { cwd: root, detached: true, cleanup: false, stdin: "ignore", all: true } as const;
  const args = ["-c", "gc.auto=0", "-c", "merge.autoStash=false", "merge", "--quiet", "--ff-only", commit];
  const result = await execa("git", args, { ...options, reject: false });
  if (!result.failed) return;
  throw new Error(
    `${root}: expected it as it was when this began, got ${result.all || result.shortMessage || "a change"}; run it again`,
  );
}
