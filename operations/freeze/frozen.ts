import { projectRoot } from "../../config/root.ts";
import { freezeOf, freezeWords, recordFreeze } from "../../images/release/freeze.ts";
import { recorderOf } from "../../images/release/recorder.ts";
import { refuseUntrustedKey } from "../../images/release/signature.ts";

/** Why an environment takes no changes now. */
export interface Frozen {
  /** `frozen by Ann since …: the shop's sale`. */
  words: string;
  fix: string;
}

/** Whether somebody has frozen an environment; undefined: nobody has. @throws ConfigurationError where that cannot be believed. */
export function frozenBySomebody(stack: string, root = projectRoot, now = new Date()): Frozen | undefined {
  const freeze = freezeOf(root, stack, now);
  if (!freeze) return undefined;
  return { words: freezeWords(freeze), fix: `npm run freeze -- --stack ${stack} --end ends it` };
}

/** `prod is frozen by Ann since …`, for those who look at it. */
export function describeFrozen(stack: string, { words }: Frozen): string {
  return `${stack} is ${words}`;
}

/** What a change of an environment says of itself. */
export interface FreezePassing {
  /** Why it is changed although it is frozen; undefined: then it is not changed. */
  despite?: string | undefined;
}

/**
 * Refuses what would change an environment that somebody has frozen. What goes past that is recorded before anything is changed.
 * @throws Error that says by whom and why, and the ways out.
 */
export async function refuseFrozen(
  stack: string,
  { despite }: FreezePassing,
  root = projectRoot,
  now = new Date(),
): Promise<void> {
  const frozen = frozenBySomebody(stack, root, now);
  if (!frozen) return;
  if (despite === undefined) throw new Error(frozenProblem(stack, frozen));
  await recordPassing(stack, despite, root, now);
  process.stderr.write(`${describeFrozen(stack, frozen)}; it is changed all the same: ${despite}\n`);
}

/** `prod: expected an environment that takes changes, got one that is frozen by …`. */
export function frozenProblem(stack: string, { words, fix }: Frozen): string {
  return `${stack}: expected an environment that takes changes, got one that is ${words}; nothing was changed; ${fix}, and --despite-freeze REASON goes past it, which is recorded`;
}

async function recordPassing(stack: string, reason: string, root: string, now: Date): Promise<void> {
  refuseUntrustedKey(root);
  await recordFreeze(root, { of: stack, change: "override" }, recorderOf(root, reason), now);
}
