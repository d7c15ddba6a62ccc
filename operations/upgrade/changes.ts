import { recordFile } from "../standing/standing.ts";
import { ownFiles } from "./own.ts";
import { isSame, type FileTree } from "./tree.ts";

/** What becomes of the files of a clone. */
export interface FileChanges {
  added: number;
  changed: number;
  removed: number;
  /** Files of the version that the project has changed, and that keep that: with what is new, where that is changed too. */
  kept: { file: string; isMerged: boolean }[];
}

/** Compares the trees: what the project stood on, what it is, what it becomes, and the new version. */
export function fileChanges(trees: {
  base: FileTree;
  ours: FileTree;
  after: FileTree;
  theirs: FileTree;
}): FileChanges {
  const { base, ours, after, theirs } = trees;
  const own = ownFiles(trees).settled;
  const files = [...new Set([...ours.keys(), ...after.keys()])].filter((file) => file !== recordFile);
  const kept = [...ours.keys()].filter(
    (file) =>
      !own.has(file) &&
      base.has(file) &&
      !isSame(base.get(file), ours.get(file)) &&
      !isSame(after.get(file), theirs.get(file)),
  );
  return {
    added: files.filter((file) => !ours.has(file)).length,
    removed: files.filter((file) => !after.has(file)).length,
    changed: files.filter(
      (file) => ours.has(file) && after.has(file) && !isSame(ours.get(file), after.get(file)),
    ).length,
    kept: kept.map((file) => ({ file, isMerged: !isSame(ours.get(file), after.get(file)) })),
  };
}
