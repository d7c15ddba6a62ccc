import { samples } from "../init/own.ts";
import { isSame, type Settled, type FileTree, type TreeEntry } from "./tree.ts";
import { recordFile } from "../standing/standing.ts";

/** The files of the version that a project stands on, of the project, and of the version that it is to take. */
export interface ThreeTrees {
  base: FileTree;
  ours: FileTree;
  theirs: FileTree;
}

/** Something that is the project's own, and stays as it is, though the new version has it otherwise. */
export interface Held {
  /** A file; an application's or a role's folder. */
  unit: string;
  why: "sample" | "own" | "removed" | "written anew";
}

/** What no version writes: what the project says of itself, and what its commands record. */
const always = /^(Pulumi(\.[^/]+)?\.yaml|images\.lock\.yaml|releases\/.+)$/;
/** What people write anew for their project; where they have not, it comes with the version. */
const onceTouched = new Set(["README.md", "CHANGELOG.md"]);
/** Where a project has things of its own beside those that come with the version: each a folder, or a file. */
const shared = /^(apps\/[^/]+|playbooks\/roles\/[^/]+|playbooks\/[^/]+)/;

/** What the project's own files are to be, in whatever is merged: as they are. */
export function ownFiles(trees: ThreeTrees): { settled: Settled; held: Held[] } {
  const files = [...new Set([...trees.base.keys(), ...trees.ours.keys(), ...trees.theirs.keys()])];
  const units = Map.groupBy(files, unitOf);
  const settled = new Map<string, TreeEntry | undefined>();
  const held: Held[] = [];
  for (const [unit, within] of units) {
    const why = whyOwn(unit, within, trees);
    if (why === undefined) continue;
    for (const file of within) settled.set(file, trees.ours.get(file));
    const isNews = within.some((file) => !isSame(trees.base.get(file), trees.theirs.get(file)));
    if (isNews && unit !== recordFile) held.push({ unit, why });
  }
  return { settled, held };
}

/** The smallest thing that is somebody's as a whole. */
function unitOf(file: string): string {
  return shared.exec(file)?.[0] ?? file;
}

function whyOwn(unit: string, files: readonly string[], trees: ThreeTrees): Held["why"] | undefined {
  const has = (tree: FileTree) => files.some((file) => tree.has(file));
  if (always.test(unit) || unit === recordFile)
    return has(trees.base) && !has(trees.ours) ? "removed" : "own";
  if (onceTouched.has(unit))
    return isSame(trees.base.get(unit), trees.ours.get(unit)) ? undefined : "written anew";
  // Alone in the project: no change of a file that is like it comes into it.
  if (!has(trees.base) && !has(trees.theirs)) return "own";
  if (!shared.test(unit)) return undefined;
  if (has(trees.base) && !has(trees.ours)) return "removed";
  if (isSample(unit)) return "sample";
  return has(trees.ours) && !has(trees.base) ? "own" : undefined;
}

function isSample(unit: string): boolean {
  return samples.some((each) => unit === `apps/${each}` || unit === `playbooks/roles/${each}`);
}
