import * as path from "node:path";
import { git } from "../../work/git.ts";

/** Whoever records is told in the entry; the commit only carries it. */
const carrier = {
  ...{ GIT_AUTHOR_NAME: "releases", GIT_AUTHOR_EMAIL: "releases@localhost" },
  ...{ GIT_COMMITTER_NAME: "releases", GIT_COMMITTER_EMAIL: "releases@localhost" },
};

/**
 * A commit with some files, each in a folder, added to those of another. Nothing of it is seen before somebody pushes it: no index, no
 * branch and no file of the clone changes.
 */
export async function commitOn(
  root: string,
  tip: string | undefined,
  files: Readonly<Record<string, string>>,
  message: string,
): Promise<string> {
  const folders = Map.groupBy(Object.entries(files), ([file]) => path.posix.dirname(file));
  const trees = new Map<string, string>();
  for (const [folder, content] of folders) {
    const blobs = new Map<string, string>();
    for (const [file, text] of content)
      blobs.set(
        path.posix.basename(file),
        `100644 blob ${await git(root, ["hash-object", "-w", "--stdin"], { input: text })}`,
      );
    const below = tip === undefined ? undefined : await subtree(root, tip, folder);
    trees.set(folder, `040000 tree ${await treeWith(root, below, blobs)}`);
  }
  const tree = await treeWith(root, tip === undefined ? undefined : `${tip}^{tree}`, trees);
  const parents = tip === undefined ? [] : ["-p", tip];
  return git(root, ["commit-tree", tree, ...parents, "-m", message], { env: carrier });
}

/** The tree with entries added to those of another, or put in their places. */
async function treeWith(
  root: string,
  tree: string | undefined,
  entries: ReadonlyMap<string, string>,
): Promise<string> {
  const present = tree === undefined ? [] : (await git(root, ["ls-tree", "-z", tree])).split("\0");
  const others = present.filter((line) => line !== "" && !entries.has(line.slice(line.indexOf("\t") + 1)));
  const lines = [...others, ...[...entries].map(([name, entry]) => `${entry}\t${name}`)];
  return git(root, ["mktree", "-z"], { input: lines.map((line) => `${line}\0`).join("") });
}

async function subtree(root: string, commit: string, folder: string): Promise<string | undefined> {
  const listed = await git(root, ["ls-tree", "-z", commit, "--", folder]);
  return /^040000 tree ([0-9a-f]+)\t/.exec(listed)?.[1];
}
