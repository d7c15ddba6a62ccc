import { git, signedIn } from "../../work/git.ts";

/** A branch that holds one changed file, on top of what is checked out. */
export interface UpdateBranch {
  /** The clone. */
  folder: string;
  /** The file that changed, as a path in it. */
  file: string;
  branch: string;
  message: string;
  /** What Git pushes to, and as whom. */
  url: string;
  user: string;
  token: string;
}

/** Whether a file differs from the one that is checked out, or is new. */
export async function isChanged(folder: string, file: string): Promise<boolean> {
  return (await git(folder, ["status", "--porcelain", "--", file])) !== "";
}

/**
 * Commits the file and pushes it as the branch, over what was there before; the clone stays on its own branch.
 * @returns whether there was anything to push: a branch of the same parent and content is left alone, so that nothing runs for it anew.
 */
export async function pushUpdate(update: UpdateBranch): Promise<boolean> {
  const { folder, file, branch, message, url, user, token } = update;
  const host = signedIn(user, token);
  const remote = (...args: string[]) => git(folder, [...host.args, ...args], { env: host.env });
  const blob = await git(folder, ["hash-object", "-w", "--", file]);
  // An index of its own: what is checked out, and nothing else that a job may have left.
  const index = {
    env: { GIT_INDEX_FILE: `${await git(folder, ["rev-parse", "--absolute-git-dir"])}/update-index` },
  };
  await git(folder, ["read-tree", "HEAD"], index);
  await git(folder, ["update-index", "--add", "--cacheinfo", `100644,${blob},${file}`], index);
  const tree = await git(folder, ["write-tree"], index);
  if (await isThere(remote, folder, { url, branch, tree })) return false;
  const commit = await git(folder, ["commit-tree", tree, "-p", "HEAD", "-m", message], author);
  await remote("push", "--quiet", "--force", url, `${commit}:refs/heads/${branch}`);
  return true;
}

/** Whoever proposes is the job, whatever the machine is set to. */
const author = {
  env: {
    ...{ GIT_AUTHOR_NAME: "freshen", GIT_AUTHOR_EMAIL: "freshen@localhost" },
    ...{ GIT_COMMITTER_NAME: "freshen", GIT_COMMITTER_EMAIL: "freshen@localhost" },
  },
};

async function isThere(
  remote: (...args: string[]) => Promise<string>,
  folder: string,
  { url, branch, tree }: { url: string; branch: string; tree: string },
): Promise<boolean> {
  if ((await remote("ls-remote", url, `refs/heads/${branch}`)) === "") return false;
  await remote("fetch", "--quiet", "--no-tags", url, `refs/heads/${branch}`);
  const [present, parents, head] = await Promise.all([
    git(folder, ["rev-parse", "FETCH_HEAD^{tree}"]),
    git(folder, ["rev-parse", "FETCH_HEAD^@"]),
    git(folder, ["rev-parse", "HEAD"]),
  ]);
  return present === tree && parents === head;
}
