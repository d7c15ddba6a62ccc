import { existsSync } from "node:fs";
import * as path from "node:path";
import { writtenConfiguration } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { freezeOf, freezeWords, recordFreeze } from "../../images/release/freeze.ts";
import { recorderOf } from "../../images/release/recorder.ts";
import { refuseUntrustedSigner } from "../../images/release/signature.ts";
import { formatTime } from "../text/format.ts";
import { isOpen, nextOpening, windowsIn } from "./window.ts";

/** Why an environment takes no changes now: somebody froze it, or its deploy window is not open. */
export interface Frozen {
  by: "somebody" | "window";
  /** `frozen by Ann since …: the shop's sale`. */
  words: string;
  fix: string;
}

/** Whether somebody has frozen an environment; undefined: nobody has. @throws ConfigurationError where that cannot be believed. */
export function frozenBySomebody(stack: string, root = projectRoot, now = new Date()): Frozen | undefined {
  const freeze = freezeOf(root, stack, now);
  if (!freeze) return undefined;
  return {
    by: "somebody",
    words: freezeWords(freeze),
    fix: `npm run freeze -- --stack ${stack} --end ends it`,
  };
}

/** `prod is frozen by Ann since …`, for those who look at it. */
export function describeFrozen(stack: string, { words }: Frozen): string {
  return `${stack} is ${words}`;
}

/** Whether an environment's deploy window is closed; undefined: it is open, or it has none. */
export function frozenByWindow(stack: string, root = projectRoot, now = new Date()): Frozen | undefined {
  const texts = windowTexts(root, stack);
  const windows = windowsIn(texts);
  if (windows.length === 0 || windows.some((each) => isOpen(each, now))) return undefined;
  const opens = nextOpening(windows, now);
  const told = windows.length === 1 ? "its deploy window" : "its deploy windows";
  const when = opens ? `; the next opens at ${formatTime(opens.toISOString())}` : "";
  return { by: "window", words: `outside of ${told} (${texts.join("; ")})${when}`, fix: "wait until then" };
}

/** As the stack's files say it, of an environment whose configuration is otherwise wrong too. */
function windowTexts(root: string, stack: string): string[] {
  if (!existsSync(path.join(root, `Pulumi.${stack}.yaml`))) return [];
  const { environment } = writtenConfiguration(root, stack).input as { environment?: { window?: unknown } };
  const texts = environment?.window;
  return Array.isArray(texts) ? texts.map(String) : [];
}

/** What a change of an environment says of itself. */
export interface FreezePassing {
  /** Why it is changed although it is frozen; undefined: then it is not changed. */
  despite?: string | undefined;
  /** Whether it would bring anything new, asked outside of the deploy window alone; undefined: it goes back, or brings nothing, and needs no window. */
  brings?: () => Promise<boolean>;
}

/**
 * Refuses what would change an environment that somebody has frozen, and what would bring something new outside of its deploy window. What
 * goes past that is recorded before anything is changed.
 * @throws Error that says by whom and why, or until when, and the ways out.
 */
export async function refuseFrozen(
  stack: string,
  { despite, brings }: FreezePassing,
  root = projectRoot,
  now = new Date(),
): Promise<void> {
  const frozen = frozenBySomebody(stack, root, now) ?? (brings && frozenByWindow(stack, root, now));
  if (!frozen) return;
  if (frozen.by === "window" && despite === undefined && !(await brings?.())) return;
  if (despite === undefined) throw new Error(frozenProblem(stack, frozen));
  await recordPassing(stack, despite, root, now);
  process.stderr.write(`${describeFrozen(stack, frozen)}; it is changed all the same: ${despite}\n`);
}

/** `prod: expected an environment that takes changes, got one that is frozen by …`. */
export function frozenProblem(stack: string, { words, fix }: Frozen): string {
  return `${stack}: expected an environment that takes changes, got one that is ${words}; nothing was changed; ${fix}, and --despite-freeze REASON goes past it, which is recorded`;
}

async function recordPassing(stack: string, reason: string, root: string, now: Date): Promise<void> {
  await refuseUntrustedSigner(root);
  await recordFreeze(root, { of: stack, change: "override" }, recorderOf(root, reason), now);
}
