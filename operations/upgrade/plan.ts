import type { Held } from "./own.ts";
import type { MergeConflict } from "./mergedPackageFiles.ts";
import type { Version } from "./source.ts";

/** What an upgrade would do with the files of a clone. */
export interface UpgradePlan {
  base: Version;
  /** The commit that the clone is at. */
  ours: string;
  theirs: Version;
  /** The repository of both versions. */
  from: string;
  /** What is the project's own, and otherwise in the new version. */
  held: Held[];
  conflicts: MergeConflict[];
  /** Files that the project has removed, and the new version changed. */
  removed: string[];
  /** What the clone would have; absent where that is open. */
  tree?: string;
}
