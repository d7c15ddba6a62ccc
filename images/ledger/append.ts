import { setTimeout as sleep } from "node:timers/promises";
import { git, isAncestor } from "../../work/git.ts";
import { withLock } from "../../work/lock.ts";
import { commitOn } from "./commit.ts";
import { acceptOwn, fetchAnew } from "./fetch.ts";
import { ledgerLock, reasonOf, type Ledger } from "./Ledger.ts";

/** What is to be added to a ledger. */
export interface Addition<T> {
  /** New content by path in the ledger; none: all that is wanted is there. */
  files: Readonly<Record<string, string>>;
  /** For people who read the branch. */
  message: string;
  result: T;
}

/** How often a push is tried that fails although nobody else pushed meanwhile. */
const failedTries = 4;
/** So that those who were refused at once do not come again at once. */
const longestPauseMilliseconds = 20_000;

/**
 * Adds to a ledger, whole or not at all: one commit on the newest, which the host takes only where that is still the newest. Where another
 * was faster, `add` is asked again, with the folder as that one left it.
 * @throws Error when the host takes no push.
 */
export async function appendTo<T>(ledger: Ledger, add: () => Addition<T> | Promise<Addition<T>>): Promise<T> {
  let refused: Refused<T> | undefined;
  for (let tries = 1; ; tries += 1) {
    const started = performance.now();
    const before = refused;
    const tried = await withLock(
      ledgerLock(ledger),
      () => undefined,
      () => tryOnce(ledger, add, before),
    );
    if (!("error" in tried)) return tried.result;
    refused = tried;
    if (tried.failed >= failedTries) throw unwritten(ledger, tried.error);
    // Of many, each waits longer, by how long a try takes on this machine now.
    const pause = (performance.now() - started) * 2 ** tries;
    await sleep(Math.random() * Math.min(pause, longestPauseMilliseconds));
  }
}

/** A push that was refused. */
interface Refused<T> {
  error: unknown;
  commit: string;
  tip: string | undefined;
  result: T;
  /** How often in a row, although nobody was faster. */
  failed: number;
}

async function tryOnce<T>(
  ledger: Ledger,
  add: () => Addition<T> | Promise<Addition<T>>,
  before: Refused<T> | undefined,
): Promise<{ result: T } | Refused<T>> {
  const { root, url, branch, host } = ledger;
  const tip = fetchAnew(ledger).entries;
  // It may have arrived although its answer did not.
  if (before && tip !== undefined && isAncestor(root, before.commit, tip)) return { result: before.result };
  const { files, message, result } = await add();
  if (Object.keys(files).length === 0) return { result };
  const commit = await commitOn(root, tip, files, message);
  const push = ["push", "--quiet", "--no-verify", url, `${commit}:refs/heads/${branch}`];
  try {
    await git(root, [...host.args, ...push], { env: host.env });
  } catch (error) {
    const failed = before?.tip === tip ? (before?.failed ?? 0) + 1 : 1;
    return { error, commit, tip, result, failed };
  }
  acceptOwn(ledger, commit);
  return { result };
}

function unwritten({ branch, remote }: Ledger, error: unknown): Error {
  return new Error(
    `releases: expected the branch ${branch} of ${remote} to take another entry, got: ${reasonOf(error)}; see who may push there, and that FLEET_RELEASES_TOKEN is of somebody who may`,
    { cause: error },
  );
}
