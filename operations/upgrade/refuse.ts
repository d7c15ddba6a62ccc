import { existsSync } from "node:fs";
import * as path from "node:path";
import { gitNow } from "../../work/git.ts";

const told = 5;
const underWay = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];

/** @throws Error where a clone is no state to go back to, all reasons at once. */
export function refuseUnfit(root: string): void {
  const problems = [...placeProblem(root), ...changeProblems(root), ...whoProblem(root)];
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function placeProblem(root: string): string[] {
  const inside = asked(root, ["rev-parse", "--show-prefix"]);
  if (inside === undefined || asked(root, ["rev-parse", "--verify", "HEAD"]) === undefined)
    throw new Error(
      `${root}: expected a repository of Git with a commit, got none; git init, git add . and git commit make it one`,
    );
  if (inside === "") return [];
  return [
    `${root}: expected the root of a repository, got its folder ${inside}; upgrade it where it has its own`,
  ];
}

function changeProblems(root: string): string[] {
  const changed = gitNow(root, ["status", "--porcelain", "--untracked-files=normal"], { whole: true })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(3));
  const more = changed.length > told ? ` and ${changed.length - told} more` : "";
  const begun = underWay.filter((name) =>
    existsSync(path.resolve(root, gitNow(root, ["rev-parse", "--git-path", name]))),
  );
  return [
    ...(changed.length === 0
      ? []
      : [
          `${changed.slice(0, told).join(", ")}${more}: expected nothing that no commit has, got changes; commit them (or git stash --include-untracked), and run it again`,
        ]),
    ...begun.map((name) => `.git/${name}: expected nothing under way, got a merge or the like; end it first`),
  ];
}

function whoProblem(root: string): string[] {
  if (asked(root, ["var", "GIT_COMMITTER_IDENT"]) !== undefined) return [];
  return [
    "user.name, user.email: expected who commits, got nobody; git config user.name …, git config user.email …",
  ];
}

function asked(root: string, args: readonly string[]): string | undefined {
  try {
    return gitNow(root, args);
  } catch {
    return undefined;
  }
}
