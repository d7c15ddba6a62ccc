import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { gitNow } from "../../work/git.ts";

/** A file of a commit, as Git knows it. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (a link). */
  mode: string;
  /** Of its content. */
  id: string;
}

/** The files of a commit by path. */
export type FileTree = ReadonlyMap<string, TreeEntry>;

/** What files are to be, by path; undefined: not there. */
export type Settled = ReadonlyMap<string, TreeEntry | undefined>;

/** The files of a commit. */
export function treeOf(root: string, commit: string): FileTree {
  const listing = gitNow(root, ["ls-tree", "-r", "-z", "--full-tree", commit], { whole: true });
  return new Map(
    listing
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [facts, file] = splitAt(line, line.indexOf("\t"));
        const [mode = "", , id = ""] = facts.split(" ");
        return [file, { mode, id }];
      }),
  );
}

/** Whether two files, or none, are one and the same. */
export function isSame(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

/** The tree of a commit where these files are as they are to be. @returns its id. */
export function treeWith(root: string, commit: string, settled: Settled): string {
  // In a place of its own, whose rest a kill leaves to the next.
  const folder = path.resolve(root, gitNow(root, ["rev-parse", "--git-path", "immutable-fleets/index"]));
  const env = { GIT_INDEX_FILE: path.join(folder, "index") };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    gitNow(root, ["read-tree", commit], { env });
    gitNow(root, ["update-index", "-z", "--index-info"], { env, input: indexInfo(settled) });
    return gitNow(root, ["write-tree"], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `git update-index --index-info` takes: what goes first, since a file cannot be where a folder is. */
export function indexInfo(settled: Settled): string {
  const gone = [...settled].filter(([, entry]) => entry === undefined);
  const there = [...settled].filter(([, entry]) => entry !== undefined);
  return [...gone, ...there]
    .map(([file, entry]) => `${entry?.mode ?? "0"} ${entry?.id ?? "0".repeat(40)}\t${file}\0`)
    .join("");
}

/** The text of a file in a commit; undefined where it has none. */
export function textIn(root: string, tree: FileTree, file: string): string | undefined {
  const entry = tree.get(file);
  return entry && gitNow(root, ["cat-file", "blob", entry.id], { whole: true });
}

function splitAt(text: string, index: number): [string, string] {
  return [text.slice(0, index), text.slice(index + 1)];
}
