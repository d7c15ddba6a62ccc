import { readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import type { LayerInputs } from "../../../plan/inputs.ts";
import { nodeLocked } from "./nodeFiles.ts";
import { pythonLocked } from "./pythonFiles.ts";

/** Which file of a layer's inputs has a package, by `flask:pypi 3.0.1`. */
export type LockedBy = ReadonlyMap<string, string>;

/**
 * What lock files among a layer's inputs have, each package in its version with a digest. They count for the layer's input digest, and who installs
 * by them compares digests.
 */
export function lockedByFiles(root: string, { files }: Pick<LayerInputs, "files">): LockedBy {
  const found = new Map<string, string>();
  for (const file of Object.keys(files).filter(isLockFile))
    for (const [id, version] of librariesOf(path.join(root, file))) found.set(`${id} ${version}`, file);
  return found;
}

function isLockFile(file: string): boolean {
  return /\.(txt|in)(\.j2)?$|\.lock$|\/(package-lock|npm-shrinkwrap)\.json$|pnpm-lock\.yaml$|pylock[^/]*\.toml$/.test(
    file,
  );
}

/** No lock file is larger, in bytes. */
const largest = 50e6;

function librariesOf(file: string) {
  if (statSync(file).size > largest) return [];
  const text = readFileSync(file, "utf8");
  try {
    return [...pythonLocked(file, text), ...nodeLocked(file, text)];
  } catch {
    // It locks nothing that npm or pipenv would take.
    return [];
  }
}
