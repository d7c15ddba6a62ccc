import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, type Stack } from "@pulumi/pulumi/automation/index.js";
import { wordsOf } from "./failure.ts";
import { removeUnfinished, stateFolderOf, writingMilliseconds } from "./locks.ts";
import {
  describeHolder,
  holdersIn,
  isDead,
  lockFileOf,
  type LockHolder,
  type StackLock,
} from "./lockHolder.ts";

/**
 * The stack, of which whatever takes its lock goes on where the lock's holder was killed on this machine, and says so. Only the
 * lock of the dead one is removed, so that one who comes in meanwhile keeps his.
 */
export function freed(stack: Stack): Stack {
  const past =
    <A extends unknown[], T>(run: (...args: A) => Promise<T>) =>
    (...args: A) =>
      pastTheDead(stack, () => run(...args));
  return Object.assign(stack, {
    preview: past(stack.preview.bind(stack)),
    up: past(stack.up.bind(stack)),
    destroy: past(stack.destroy.bind(stack)),
    refresh: past(stack.refresh.bind(stack)),
  });
}

/**
 * Runs what takes a stack's lock, again where dead processes held it.
 * @throws Error that says who holds it, since when, and what to do, where somebody lives or nobody here can tell.
 */
async function pastTheDead<T>(stack: Stack, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { stderr } = wordsOf(error);
    const holders = holdersIn(stderr);
    if (holders.length > 0 && holders.every(removeDead)) return await pastTheDead(stack, run);
    if (isTorn(stderr) && (await withoutUnfinished(stack))) return await pastTheDead(stack, run);
    const problem = lockProblem(stack.name, stderr);
    throw problem === undefined ? error : new Error(problem, { cause: error });
  }
}

/** Whether there were locks that nobody has, since their writing was ended; they are gone. */
async function withoutUnfinished(stack: Stack): Promise<boolean> {
  const states = await stateFolderOf(stack);
  if (states === undefined) return false;
  // One that is being written now is whole by then.
  await sleep(writingMilliseconds);
  return removeUnfinished(states, stack.name);
}

/** What a lock of which not all was written looks like to the engine. */
function isTorn(stderr: string): boolean {
  return /unexpected end of JSON input/.test(stderr);
}

/** Whether it was the lock of a dead process, which is now gone. */
export function removeDead(holder: LockHolder): boolean {
  const file = lockFileOf(holder);
  if (file === undefined || !isDead(holder)) return false;
  rmSync(file, { force: true });
  process.stderr.write(`removed the lock of ${describeHolder(holder)}, which was killed; going on\n`);
  return true;
}

/** What to say when the engine found the stack locked; undefined when it failed otherwise. */
export function lockProblem(stackName: string, stderr: string): string | undefined {
  const unlock = unlockLine(stackName);
  const holders = holdersIn(stderr);
  if (holders.length > 0)
    return heldProblem(
      stackName,
      holders.map((holder) => ({ holder })),
    );
  if (/\[409\] Conflict|currently locked by/.test(stderr))
    return `${stackName}: expected nobody who changes it, got: ${stderr.trim()}; wait until they end, or where they ended without a trace: ${unlock}`;
  if (isTorn(stderr))
    return `${stackName}: expected whole files in the backend, got one that ends early: ${stderr.trim()}; where it is a lock: ${unlock}`;
  return undefined;
}

/** What to say when a stack is locked: who has it, since when. */
export function heldProblem(stackName: string, locks: readonly Pick<StackLock, "holder">[]): string {
  const who = locks.map(({ holder }) =>
    holder ? describeHolder(holder) : "a lock that does not tell whose",
  );
  return `${stackName}: expected nobody who changes it, got ${who.join(" and ")}; wait until they end, or where they ended without a trace: ${unlockLine(stackName)}`;
}

function unlockLine(stackName: string): string {
  return `npm run unlock -- --stack ${stackName}`;
}
