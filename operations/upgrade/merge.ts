import { git, gitNow } from "../../work/git.ts";
import { withoutHooks } from "./candidate.ts";
import type { MergeConflict } from "./mergedPackageFiles.ts";
import { indexInfo, treeWith, type Settled } from "./tree.ts";

/** The commits of a three-way merge. */
export interface ThreeCommits {
  base: string;
  ours: string;
  theirs: string;
}

/** What came of a merge. */
export interface Merged {
  /** Its tree; absent with conflicts. */
  tree?: string;
  conflicts: MergeConflict[];
  /** Files that the project has removed, and the new version changed: they stay away. */
  removed: string[];
}

/** Who, and when: nobody sees these commits. */
const nobody = {
  ...{ GIT_AUTHOR_NAME: "upgrade", GIT_AUTHOR_EMAIL: "", GIT_AUTHOR_DATE: "@0 +0000" },
  ...{ GIT_COMMITTER_NAME: "upgrade", GIT_COMMITTER_EMAIL: "", GIT_COMMITTER_DATE: "@0 +0000" },
};

/** However somebody has set Git up: no folder of theirs follows one that was renamed, and every rename is looked for. */
const settings = [
  ...withoutHooks,
  ...[
    "merge.directoryRenames=false",
    "merge.renames=true",
    "merge.renameLimit=20000",
    "rerere.enabled=false",
  ].flatMap((setting) => ["-c", setting]),
  ...["merge.verifySignatures=false", "merge.autoStash=false", "core.editor=true"].flatMap((setting) => [
    "-c",
    setting,
  ]),
];

/**
 * Commits that stand in for the three: all have the settled files as they are to be, so that the merge has nothing to do with them, and the
 * base precedes both others, whatever their histories are.
 */
export function standIns(
  root: string,
  { base, ours, theirs }: ThreeCommits,
  settled: Settled,
): Omit<ThreeCommits, "base"> {
  const commit = (of: string, parents: readonly string[]) =>
    gitNow(
      root,
      [
        "commit-tree",
        treeWith(root, of, settled),
        ...parents.flatMap((each) => ["-p", each]),
        "-m",
        "Stand-in",
      ],
      { env: nobody },
    );
  const below = commit(base, []);
  return { ours: commit(ours, [below]), theirs: commit(theirs, [below]) };
}

/** Merges in a candidate, whose work tree has the first of the two. */
export async function mergeInto(folder: string, theirs: string): Promise<Merged> {
  const failure = await merge(folder, theirs);
  const stages = unmerged(folder);
  if (failure !== undefined && stages.size === 0) throw failure;
  const removed = [...stages].filter(([, known]) => !known.has(2)).map(([file]) => file);
  const conflicts = [...stages]
    .filter(([, known]) => known.has(2))
    .map(([file, known]) => ({ file, why: describeStages(known) }));
  if (conflicts.length > 0) return { conflicts, removed: [] };
  const gone = indexInfo(new Map(removed.map((file) => [file, undefined])));
  gitNow(folder, ["update-index", "-z", "--index-info"], { input: gone });
  return { tree: gitNow(folder, ["write-tree"]), conflicts, removed };
}

/** @returns why Git did not end it by itself: conflicts, or a fault. */
async function merge(folder: string, theirs: string): Promise<Error | undefined> {
  try {
    await git(folder, [...settings, "merge", "--quiet", "--no-ff", "--no-commit", theirs], { env: nobody });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The stages of each file that is not merged: 1 the base has it, 2 the project, 3 the new version. */
function unmerged(folder: string): Map<string, Set<number>> {
  const stages = new Map<string, Set<number>>();
  for (const line of gitNow(folder, ["ls-files", "--unmerged", "-z"], { whole: true }).split("\0")) {
    const [, stage, file] = /^\d+ \w+ (\d)\t(.*)$/s.exec(line) ?? [];
    if (file !== undefined) stages.set(file, (stages.get(file) ?? new Set<number>()).add(Number(stage)));
  }
  return stages;
}

function describeStages(stages: ReadonlySet<number>): string {
  if (stages.has(3)) return stages.has(1) ? "both changed it" : "both added it";
  return stages.has(1)
    ? "you changed it, and the new version has removed it"
    : "it is in the way of what is new";
}
