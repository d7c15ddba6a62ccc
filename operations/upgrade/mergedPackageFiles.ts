import { gitNow } from "../../work/git.ts";
import { mergedJson } from "./mergedJson.ts";
import type { ThreeTrees } from "./own.ts";
import { isSame, textIn, type Settled, type TreeEntry } from "./tree.ts";

/** A file that the project and the new version both changed, each otherwise. */
export interface MergeConflict {
  file: string;
  why: string;
}

const files = ["package.json", "package-lock.json"];
/** What a project says of itself as a package. */
const itsOwn = new Set([
  ...["name", "version", "description", "license", "private", "author", "repository"],
  ...["packages..name", "packages..version", "packages..license"],
]);

/** What package.json and its lock are to be: with what both sides changed, key by key. */
export function mergedPackageFiles(
  root: string,
  trees: ThreeTrees,
): { settled: Settled; conflicts: MergeConflict[] } {
  const settled = new Map<string, TreeEntry | undefined>();
  const conflicts: MergeConflict[] = [];
  for (const file of files) {
    const [base, ours, theirs] = [trees.base.get(file), trees.ours.get(file), trees.theirs.get(file)];
    // What one side has left as it was, or has no more, is Git's own work.
    if (!base || !ours || !theirs || isSame(base, ours) || isSame(base, theirs)) continue;
    const { text, places } = mergedText(root, file, trees);
    if (places.length > 0) conflicts.push({ file, why: `${places.join(", ")}: both changed it` });
    else settled.set(file, { mode: ours.mode, id: writtenBlob(root, text) });
  }
  return { settled, conflicts };
}

function mergedText(root: string, file: string, trees: ThreeTrees): { text: string; places: string[] } {
  const [base, ours, theirs] = [trees.base, trees.ours, trees.theirs].map(
    (tree) => JSON.parse(textIn(root, tree, file) ?? "{}") as unknown,
  );
  const { value, conflicts } = mergedJson(base, ours, theirs, (place) => itsOwn.has(place.join(".")));
  return { text: `${JSON.stringify(value, undefined, 2)}\n`, places: conflicts };
}

/** Has Git keep a text. @returns its id. */
export function writtenBlob(root: string, text: string): string {
  return gitNow(root, ["hash-object", "-w", "--stdin"], { input: text });
}
