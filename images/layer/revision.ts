import { execFileSync } from "node:child_process";
import type { FileDigests } from "../../plan/digest.ts";

const known = new WeakMap<FileDigests, string>();

/** The commit that last touched any of the files that were read; empty where git cannot say. Asked once for what was read once. */
export function lastRevision(root: string, files: FileDigests): string {
  const revision = known.get(files) ?? askGit(root, Object.keys(files));
  known.set(files, revision);
  return revision;
}

function askGit(root: string, files: readonly string[]): string {
  try {
    return execFileSync("git", ["log", "-1", "--format=%H", "--", ...files], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
