import * as path from "node:path";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { withLock } from "../../work/lock.ts";
import { writeWhole } from "../../work/wholeFile.ts";

/**
 * Puts what a layer adds in a place into the lock file of a project; one build at a time.
 * @param entry without indexes: those that are known stay.
 */
export async function enterLock(
  root: string,
  place: string,
  architecture: string,
  entry: LockedPlace,
): Promise<void> {
  await withLock(
    "images-lock",
    () => undefined,
    () => {
      const { updates, packages } = readLock(root);
      const before = packages[place]?.[architecture]?.indexes ?? {};
      const indexes = Object.keys(entry.indexes).length > 0 ? entry.indexes : before;
      const machines = { ...packages[place], [architecture]: { ...entry, indexes } };
      const all = Object.entries({ ...packages, [place]: machines }).sort(([a], [b]) => (a < b ? -1 : 1));
      writeWhole(path.join(root, lockFile), lockText({ updates, packages: Object.fromEntries(all) }));
      return Promise.resolve();
    },
  );
}
