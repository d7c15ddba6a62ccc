import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { git, gitNow } from "../../work/git.ts";

/** No hook of the clone's runs for what nobody has taken yet. */
export const withoutHooks = ["-c", "core.hooksPath=/dev/null"];

/**
 * A work tree of its own, within the clone's `.git`, where the new version is put together and tried: whatever happens to it, the clone is as
 * it was. It is gone afterwards; one that a kill has left goes before the next.
 */
export async function inCandidate<T>(
  root: string,
  commit: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = path.resolve(root, gitNow(root, ["rev-parse", "--git-path", "immutable-fleets/upgrade"]));
  removeCandidate(root, folder);
  try {
    await git(root, [...withoutHooks, "worktree", "add", "--quiet", "--detach", folder, commit]);
    return await work(folder);
  } finally {
    removeCandidate(root, folder);
  }
}

function removeCandidate(root: string, folder: string): void {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  try {
    // A kill while Git makes one leaves it locked.
    gitNow(root, ["worktree", "unlock", folder]);
  } catch {
    // It is none, or not locked.
  }
  gitNow(root, ["worktree", "prune"]);
}
