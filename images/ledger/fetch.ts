import { ConfigurationError, formatProblem } from "../../config/problem.ts";
import { gitNow, isAncestor } from "../../work/git.ts";
import { withLockNow } from "../../work/lock.ts";
import { writeFolder } from "./folder.ts";
import { ledgerLock, ledgerOf, reasonOf, type Ledger } from "./Ledger.ts";

/** The commits of a ledger's branches. */
export interface Tips {
  /** Undefined: there is no entry yet. */
  entries: string | undefined;
  trusted: string;
}

/** What this process has fetched last, by the project's folder. */
const fetched = new Map<string, Tips>();

/**
 * Sees to it, once for each process, that the folder `releases` of a project has what its ledger has; nothing where it keeps none.
 * @throws ConfigurationError where the ledger cannot be read and this clone never saw it, or is not what it was with more added.
 */
export function fetchLedger(root: string): void {
  const ledger = ledgerOf(root);
  if (ledger) fetchedTips(ledger);
}

/** The commits as this process has fetched them. */
export function fetchedTips(ledger: Ledger): Tips {
  return (
    fetched.get(ledger.root) ??
    startersTips(ledger) ??
    withLockNow(ledgerLock(ledger), () => fetchOrGoOn(ledger))
  );
}

/** Whose copy the command that started this process has fetched: builds and gates are many, and need not ask the host each. */
const startersVariable = "FLEET_LEDGER_FETCHED";

function startersTips(ledger: Ledger): Tips | undefined {
  const { root, refs } = ledger;
  const trusted = process.env[startersVariable] === root ? localCommit(ledger, refs.trusted) : undefined;
  if (trusted === undefined) return undefined;
  const tips = { entries: localCommit(ledger, refs.entries), trusted };
  fetched.set(root, tips);
  return tips;
}

/** Who must go back while the host of the ledger is away has what this clone saw last. Nothing is recorded so. */
function fetchOrGoOn(ledger: Ledger): Tips {
  try {
    return fetchAnew(ledger);
  } catch (error) {
    const { refs, root } = ledger;
    const trusted = localCommit(ledger, refs.trusted);
    if (!(error instanceof OutOfReach) || trusted === undefined) throw error;
    process.stderr.write(
      `${error.problems.map(formatProblem).join("\n")}; it goes on with what it saw last\n`,
    );
    const tips = { entries: localCommit(ledger, refs.entries), trusted };
    writeFolder(ledger, tips.entries);
    fetched.set(root, tips);
    process.env[startersVariable] = root;
    return tips;
  }
}

/** The same whether or not they were fetched before, for whoever holds the ledger's lock. */
export function fetchAnew(ledger: Ledger): Tips {
  const tips = fetchRefs(ledger);
  writeFolder(ledger, tips.entries);
  fetched.set(ledger.root, tips);
  process.env[startersVariable] = ledger.root;
  return tips;
}

function fetchRefs(ledger: Ledger): Tips {
  const { branch, trusted, refs, url } = ledger;
  const [entriesRef, trustedRef] = [`refs/heads/${branch}`, `refs/heads/${trusted}`];
  const listed = remotely(ledger, ["ls-remote", url, entriesRef, trustedRef]).split("\n");
  const there = new Map(listed.map((line) => line.split("\t").reverse() as [string, string]));
  const [entries, keys] = [there.get(entriesRef), there.get(trustedRef)];
  if (keys === undefined)
    throw problem(
      "releases.trusted",
      `a branch ${trusted} of ${ledger.remote}`,
      "none",
      "name the protected branch",
    );
  const here = localCommit(ledger, refs.entries);
  if (entries === undefined && here !== undefined)
    throw rewritten(ledger, `none, where it was ${here} before`);
  const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", url];
  if (keys !== localCommit(ledger, refs.trusted))
    remotely(ledger, [...fetch, `+${trustedRef}:${refs.trusted}`]);
  if (entries !== undefined && entries !== here) {
    remotely(ledger, [...fetch, entriesRef]);
    accept(ledger, here, entries);
  }
  return { entries, trusted: keys };
}

/** Takes over a commit that this process has made and the host has taken, on the one that it has fetched last. */
export function acceptOwn(ledger: Ledger, commit: string): void {
  const { root, refs } = ledger;
  const { trusted } = fetchedTips(ledger);
  gitNow(root, ["update-ref", refs.entries, commit]);
  writeFolder(ledger, commit);
  fetched.set(root, { entries: commit, trusted });
}

/** Takes over what was fetched, once it is what was here before with more added. */
function accept(ledger: Ledger, here: string | undefined, wanted: string): void {
  const { root, refs } = ledger;
  if (here !== undefined && !isAncestor(root, here, wanted))
    throw rewritten(ledger, `one without ${here}, which it had before`);
  const range = here === undefined ? [wanted] : [`${here}..${wanted}`];
  // Each commit against each of its parents: what a merge drops is dropped.
  const changes = gitNow(root, [
    "log",
    "-m",
    "--no-renames",
    "--diff-filter=DMT",
    "--format=",
    "--name-only",
    ...range,
    "--",
  ]);
  const changed = changes.split("\n").find((file) => /^[^/]+\/\d+\.json$/.test(file));
  if (changed !== undefined) throw rewritten(ledger, `one in which ${changed} was changed or removed`);
  gitNow(root, ["update-ref", refs.entries, wanted]);
}

function localCommit({ root }: Ledger, ref: string): string | undefined {
  try {
    return gitNow(root, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  } catch {
    return undefined;
  }
}

/** A call of Git that asks the host. @throws ConfigurationError with what Git said. */
function remotely(ledger: Ledger, args: readonly string[]): string {
  const { root, remote, host } = ledger;
  try {
    return gitNow(root, [...host.args, ...args], { env: host.env });
  } catch (error) {
    throw new OutOfReach([
      {
        path: "releases.remote",
        expected: `the ledger of releases, branch ${ledger.branch} of ${remote}`,
        got: reasonOf(error),
        fix: "see that it can be reached, and that FLEET_RELEASES_TOKEN, where it is set, may read it",
      },
    ]);
  }
}

/** The host does not answer, or not this one. */
class OutOfReach extends ConfigurationError {}

function rewritten({ branch, remote }: Ledger, got: string): ConfigurationError {
  return problem(
    "releases",
    `the branch ${branch} of ${remote} to be as it was, with more added`,
    got,
    "somebody rewrote it: put back what it was, and protect it from that (docs/releases.md)",
  );
}

function problem(path: string, expected: string, got: string, fix: string): ConfigurationError {
  return new ConfigurationError([{ path, expected, got, fix }]);
}
