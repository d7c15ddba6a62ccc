import type { ThreeTrees } from "./own.ts";
import type { Settled, TreeEntry } from "./tree.ts";

/** Whose file it is to be, where both changed it. */
export interface Choices {
  keep: readonly string[];
  take: readonly string[];
}

/** What the files of which somebody has chosen are to be. @throws Error of names that are no files of either, and those in both lists. */
export function chosenFiles({ keep, take }: Choices, { ours, theirs }: ThreeTrees): Settled {
  const problems = [
    ...unknown("--keep", keep, ours, theirs),
    ...unknown("--take", take, ours, theirs),
    ...keep.filter((file) => take.includes(file)).map(inBoth),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return new Map<string, TreeEntry | undefined>([
    ...keep.map((file) => [file, ours.get(file)] as const),
    ...take.map((file) => [file, theirs.get(file)] as const),
  ]);
}

function unknown(option: string, files: readonly string[], ...trees: ThreeTrees["ours"][]): string[] {
  return files
    .filter((file) => !trees.some((tree) => tree.has(file)))
    .map(
      (file) => `${option}: expected a file of the project or of the new version, got ${file}; correct it`,
    );
}

function inBoth(file: string): string {
  return `--take: expected another file than --keep, got ${file} in both; leave one out`;
}
