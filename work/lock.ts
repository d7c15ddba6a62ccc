import { writeFileSync } from "node:fs";
import * as path from "node:path";
import lockfile from "proper-lockfile";
import { cacheFolder } from "./cache.ts";

/** A lock whose holder was killed is free after this time. */
const staleMilliseconds = 10_000;

/** Runs `work` while no other process on this machine runs work of that name; says so when it has to wait. */
export async function withLock<T>(name: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  const file = lockPath(name);
  const release = await lockfile.lock(file, { stale: staleMilliseconds }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    waiting();
    const retries = { forever: true, factor: 1.5, minTimeout: 100, maxTimeout: 1000, retries: 1 };
    return lockfile.lock(file, { stale: staleMilliseconds, retries });
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether a living process holds the lock of that name. */
export function isLocked(name: string): Promise<boolean> {
  return lockfile.check(lockPath(name), { stale: staleMilliseconds });
}

function lockPath(name: string): string {
  const file = path.join(cacheFolder("locks"), name);
  writeFileSync(file, "", { flag: "a" });
  return file;
}
