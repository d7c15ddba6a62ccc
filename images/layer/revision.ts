import { execFileSync } from "node:child_process";

/** The commit that last touched any of the files; empty where git cannot say. */
export function lastRevision(root: string, files: readonly string[]): string {
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
