import { closeSync, openSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "fs-native-extensions";
import { cacheFolder } from "./cache.ts";

const lookAgainMilliseconds = 200;

/**
 * Runs `work` while no other process on this machine runs work of that name; says so when it has to wait. The kernel holds the lock
 * for this process, however long it is stopped or busy, and frees it when the process ends, however.
 */
export async function withLock<T>(name: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  const file = openLock(name);
  try {
    if (!tryLock(file)) {
      waiting();
      // The library's own waiting takes one of the few threads that also read files, and keeps the process from ending.
      while (!tryLock(file)) await sleep(lookAgainMilliseconds);
    }
    return await work();
  } finally {
    closeSync(file);
  }
}

/** The same for work that nothing may go on beside, not even in this process: it waits without doing anything else. */
export function withLockNow<T>(name: string, work: () => T): T {
  const file = openLock(name);
  try {
    while (!tryLock(file))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookAgainMilliseconds);
    return work();
  } finally {
    closeSync(file);
  }
}

/** Whether a process that lives, or this one, holds the lock of that name. */
export function isLocked(name: string): boolean {
  const file = openLock(name);
  try {
    return !tryLock(file);
  } finally {
    closeSync(file);
  }
}

/** Of each its own opening of the file: that is what the kernel locks. */
function openLock(name: string): number {
  return openSync(path.join(cacheFolder("locks"), name), "a");
}
