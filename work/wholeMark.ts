import { readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "./cache.ts";

/** What is noted of files that were found whole, so that they are read again only once one has changed; undefined where one is missing. */
export function wholeMark(files: readonly string[]): string | undefined {
  const found = files.map((file) => statSync(file, { throwIfNoEntry: false }));
  if (found.includes(undefined)) return undefined;
  return found.map((each) => `${each?.ino} ${each?.size} ${each?.mtime.getTime()}`).join("\n");
}

/** Whether just this was noted under a name before. */
export function isMarked(name: string, mark: string): boolean {
  try {
    return readFileSync(markPath(name), "utf8") === mark;
  } catch {
    return false;
  }
}

/** Notes it. */
export function keepMark(name: string, mark: string): void {
  writeFileSync(markPath(name), mark);
}

/** With what may be removed at any time. */
function markPath(name: string): string {
  return path.join(cacheFolder("work"), `whole-${name}`);
}
