import { existsSync, statfsSync, statSync } from "node:fs";
import * as path from "node:path";

/** With less than this free, a disk is what a write failed for. */
const leastBytes = 2 ** 20;

/** Those of some folders, there or not yet, whose disks are full; of those on one disk the first. */
export function fullPlaces(folders: readonly string[]): string[] {
  const byDisk = Map.groupBy(folders.map(existing), (folder) => statSync(folder).dev);
  const firsts = [...byDisk.values()].flatMap(([first]) => first ?? []);
  return firsts.filter((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastBytes;
  });
}

/** The folder, or the nearest one above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(path.dirname(folder));
}
