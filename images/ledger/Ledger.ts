import { ConfigurationError } from "../../config/problem.ts";
import { releasesSettings } from "../../config/read/releasesSettings.ts";
import { sha256 } from "../../plan/digest.ts";
import { gitNow, signedIn } from "../../work/git.ts";
import { messageOf } from "../../work/message.ts";

/** The branch that keeps the releases of a project, and this clone's copy of it. */
export interface Ledger {
  root: string;
  /** As the configuration names it. */
  remote: string;
  /** Where Git fetches from and pushes to. */
  url: string;
  branch: string;
  /** The branch whose keys are trusted. */
  trusted: string;
  /** The refs of this clone that hold both as they were fetched last; no others are read. */
  refs: { entries: string; trusted: string };
  /** With what Git signs in. */
  host: { args: string[]; env: Record<string, string> };
}

const known = new Map<string, Ledger>();

/** The ledger of a project; undefined where its releases are in its folder alone. @throws ConfigurationError where it cannot be. */
export function ledgerOf(root: string): Ledger | undefined {
  const settings = releasesSettings(root);
  if (!settings) return undefined;
  const present = known.get(root);
  if (present) return present;
  const { remote, branch, trusted } = settings;
  const url = urlOf(root, remote);
  const place = sha256(`${url}\n${branch}\n${trusted}`).slice(0, 12);
  const refs = {
    entries: `refs/immutable-fleets/${place}/entries`,
    trusted: `refs/immutable-fleets/${place}/trusted`,
  };
  const token = process.env["FLEET_RELEASES_TOKEN"] ?? "";
  const host = token === "" ? { args: [], env: {} } : signedIn("x-access-token", token);
  const ledger = { root, remote, url: token === "" ? url : withoutUser(url), branch, trusted, refs, host };
  known.set(root, ledger);
  return ledger;
}

/** What a remote of the clone stands for; a URL stands for itself. */
function urlOf(root: string, remote: string): string {
  try {
    gitNow(root, ["rev-parse", "--absolute-git-dir"]);
    if (/[:/]/.test(remote)) return remote;
    return gitNow(root, ["remote", "get-url", remote]);
  } catch (error) {
    throw new ConfigurationError([
      {
        path: "releases.remote",
        expected: "a clone with this remote",
        got: `${remote}: ${reasonOf(error)}`,
        fix: `git remote add ${remote} URL, or take releases out of Pulumi.yaml`,
      },
    ]);
  }
}

/** Runners put a token of their own into the URL, which would count instead of the one that is given. */
function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}

/** The name of the lock under which this clone's copy changes. */
export function ledgerLock({ root }: Ledger): string {
  return `ledger-${sha256(root).slice(0, 16)}`;
}

/** What Git said went wrong, in a line; never with a name and a password that are in a URL. */
export function reasonOf(error: unknown): string {
  const { stderr } = error as { stderr?: unknown };
  const said = typeof stderr === "string" ? stderr.trim() : "";
  const lines = (said === "" ? messageOf(error) : said).split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal: |remote: |error: |! )./.test(line)).slice(0, 3);
  const reason = telling.length > 0 ? telling.join("; ") : (lines.at(-1) ?? "");
  return reason.replace(/(\/\/)[^/@\s]*@/g, "$1");
}
