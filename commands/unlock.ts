import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { describeHolder, isDead, type StackLock } from "../operations/stack/lockHolder.ts";
import { locksOf } from "../operations/stack/locks.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { command } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "unlock",
  about:
    "Says who holds an environment's lock, and removes it. A lock whose holder was killed on this machine needs no unlock: the next command goes on.",
  summary: "says who holds an environment's lock, and removes it",
  options: { yes: flag("do not ask", "y") },
  needs: "state",
  run: async ({ stack: name, yes }) => {
    const stack = await selectStack(name);
    const locks = await locksOf(stack);
    if (locks?.length === 0) {
      say(`${name} is not locked.`);
      return;
    }
    say(locks ? locks.map(describe).join("\n") : "This backend does not tell who holds a lock.");
    const question = "Two updates at a time damage what runs. Remove the lock? [y/N] ";
    if (!yes && !(await confirmed(question))) {
      say("Nothing was changed.");
      return;
    }
    // Only those that were shown: one that somebody took meanwhile stays.
    if (locks) for (const { file } of locks) rmSync(file, { force: true });
    else await stack.cancel();
    say(`${name} is unlocked; npm run up -- --stack ${name} completes what was interrupted.`);
  },
});

function describe({ file, holder }: StackLock): string {
  if (!holder) return `locked by nobody knows whom: not all of the lock was written (${file})`;
  const elsewhere = holder.host !== hostname();
  const state = elsewhere ? "on another machine" : isDead(holder) ? "which has ended" : "which is alive";
  return `locked by ${describeHolder(holder)}, ${state}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
