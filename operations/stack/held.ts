import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { heldProblem, removeDead } from "./freed.ts";
import { lockFolder, locksIn, removeUnfinished, stateFolderOf } from "./locks.ts";

/**
 * Runs work that changes what a stack has, but not its state, under the lock that updates take: none of them runs meanwhile, and one
 * that comes says who holds it. Where the backend is in no folder its locks are its own: there the work is done without.
 * @throws Error that says who holds it, since when, and what to do, where somebody does.
 */
export async function withStackLock<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  const states = await stateFolderOf(stack);
  return states === undefined ? work() : withLockIn(states, stack.name, work);
}

/** The same, of a stack in a folder of states. */
export async function withLockIn<T>(states: string, stackName: string, work: () => Promise<T>): Promise<T> {
  refuseHeld(states, stackName);
  const file = path.join(lockFolder(states, stackName), `${randomUUID()}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, lockText());
    // Of two who looked at the same time neither has it.
    refuseHeld(states, stackName, file);
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** What Pulumi's own backends write into a lock. */
function lockText(): string {
  const { username } = userInfo();
  const timestamp = new Date().toISOString();
  return JSON.stringify({ pid: process.pid, username, hostname: hostname(), timestamp });
}

function refuseHeld(states: string, stackName: string, own?: string): void {
  removeUnfinished(states, stackName);
  const others = locksIn(states, stackName).filter(({ file }) => file !== own);
  const held = others.filter(({ holder }) => !holder || !removeDead(holder));
  if (held.length > 0) throw new Error(heldProblem(stackName, held));
}
