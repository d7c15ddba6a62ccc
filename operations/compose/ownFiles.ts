import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** The first line of every file that is written here, by which the next run knows it. */
export const mark = "# Written by npm run compose; the next run overwrites it.\n";

/** How files begin that earlier versions wrote without the mark. */
const unmarked: Readonly<Record<string, string>> = {
  ".env": "COMPOSE_PROJECT_NAME=immutable-fleets-",
  ".conf": "[Service]\nExecStart=\nExecStart=",
};

/** Whether a file is what an earlier run wrote. */
export function isOwn(file: string): boolean {
  const text = readFileSync(file, "utf8");
  const before = unmarked[path.basename(file)] ?? unmarked[path.extname(file)];
  return text.startsWith(mark) || (before !== undefined && text.startsWith(before));
}

/** @throws Error that names every file of the user's own which would be overwritten. */
export function refuseForeign(folder: string, names: readonly string[]): void {
  const foreign = names
    .map((name) => path.join(folder, name))
    .filter((file) => existsSync(file) && !isOwn(file));
  const problems = foreign.map(
    (file) =>
      `${file}: expected what an earlier run wrote, got a file of yours; move it, or name another folder by --output`,
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
