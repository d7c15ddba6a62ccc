import { setTimeout as sleep } from "node:timers/promises";
import { git, isAncestor } from "../../work/git.ts";
import { withLock } from "../../work/lock.ts";
import { commitOn } from "./commit.ts";
import { fetchAnew } from "./fetch.ts";
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
export async function appendTo<T>(ledger: Ledger, add: () => Addition<T>): Promise<T> {
  let failed = 0;
  for (let refused = 1; ; refused += 1) {
    const started = performance.now();
    const tried = await withLock(
      ledgerLock(ledger),
      () => undefined,
      () => tryOnce(ledger, add),
    );
    if ("result" in tried) return tried.result;
    failed = tried.isOvertaken ? 0 : failed + 1;
    if (failed >= failedTries) throw unwritten(ledger, tried.error);
    // Of many, each waits longer, by how long a try takes on this machine now.
    const pause = (performance.now() - started) * 2 ** refused;
    await sleep(Math.random() * Math.min(pause, longestPauseMilliseconds));
  }
}

/** A push that was refused. */
interface Refused {
  error: unknown;
  /** Another was faster. */
  isOvertaken: boolean;
}

async function tryOnce<T>(ledger: Ledger, add: () => Addition<T>): Promise<{ result: T } | Refused> {
  const tip = fetchAnew(ledger).entries;
  const { files, message, result } = add();
  if (Object.keys(files).length === 0) return { result };
  const { root, url, branch, host } = ledger;
  const commit = await commitOn(root, tip, files, message);
  const push = ["push", "--quiet", "--no-verify", url, `${commit}:refs/heads/${branch}`];
  const refused = await git(root, [...host.args, ...push], { env: host.env }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const now = fetchAnew(ledger).entries;
  // It may have arrived although its answer did not.
  if (now !== undefined && isAncestor(root, commit, now)) return { result };
  return { error: refused?.error, isOvertaken: now !== tip };
}

function unwritten({ branch, remote }: Ledger, error: unknown): Error {
  return new Error(
    `releases: expected the branch ${branch} of ${remote} to take another entry, got: ${reasonOf(error)}; see who may push there, and that FLEET_RELEASES_TOKEN is of somebody who may`,
    { cause: error },
  );
}
