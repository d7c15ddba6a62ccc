import { git, gitNow, isAncestor } from "../../work/git.ts";
import { messageOf } from "../../work/message.ts";
import type { Standing } from "../standing/standing.ts";
import { namedVersion, newestVersion, versionTags, type VersionTag } from "./versions.ts";

/** A version of Immutable Fleets whose commit the clone has. */
export interface Version {
  /** As it was asked for or found: `v0.2.0`, a branch, a commit. */
  name: string;
  commit: string;
}

/** The repository that newer versions come from. @param wanted what was asked for. */
export function sourceRepository(
  root: string,
  standing: Standing | undefined,
  wanted: string | undefined,
): string {
  const from = wanted ?? standing?.from ?? remoteOf(root, "upstream") ?? remoteOf(root, "origin");
  if (from !== undefined) return from;
  throw new Error(
    "--from: expected the repository of Immutable Fleets, as neither the project nor a remote names one, got nothing; add --from URL",
  );
}

function remoteOf(root: string, name: string): string | undefined {
  try {
    return gitNow(root, ["remote", "get-url", name]);
  } catch {
    return undefined;
  }
}

/**
 * Fetches a version: its commit, and nothing that the clone's branches, tags or remotes know of.
 * @param wanted a version, a branch or a commit; undefined: the newest version.
 */
export async function fetchVersion(root: string, from: string, wanted: string | undefined): Promise<Version> {
  const tags = versionTags(await listed(root, from, ["--tags"]));
  const tag = wanted === undefined ? newestVersion(tags) : namedVersion(tags, wanted);
  if (tag) return fetched(root, from, { name: tag.tag, commit: tag.commit });
  if (wanted === undefined) throw noVersions(from);
  const [branch] = (await listed(root, from, ["--heads", `refs/heads/${wanted}`])).split("\t");
  if (branch) return fetched(root, from, { name: wanted, commit: branch });
  if (/^[0-9a-f]{40}$/.test(wanted)) return fetched(root, from, { name: wanted.slice(0, 7), commit: wanted });
  throw new Error(
    `VERSION: expected a version, a branch or a whole commit of ${from}, got ${wanted}; ${known(tags)}`,
  );
}

function noVersions(from: string): Error {
  return new Error(
    `${from}: expected tags that name versions (v0.2.0), got none; name a branch or a commit, or another repository by --from`,
  );
}

function known(tags: readonly VersionTag[]): string {
  if (tags.length === 0) return "it has no versions";
  return `it has ${tags.map(({ tag }) => tag).join(", ")}`;
}

async function listed(root: string, from: string, [option = "", ...patterns]: string[]): Promise<string> {
  try {
    return await git(root, ["ls-remote", option, "--", from, ...patterns]);
  } catch (error) {
    throw new Error(`${from}: expected a repository that can be read, got ${reasonOf(error)}; see --from`, {
      cause: error,
    });
  }
}

/** With its commit in the clone. */
async function fetched(root: string, from: string, version: Version): Promise<Version> {
  if (!hasCommit(root, version.commit)) await fetchCommit(root, from, version.commit);
  return version;
}

/** Whether the clone has a commit, with all its files. */
function hasCommit(root: string, commit: string): boolean {
  try {
    gitNow(root, ["cat-file", "-e", `${commit}^{tree}`]);
    return true;
  } catch {
    return false;
  }
}

async function fetchCommit(root: string, from: string, commit: string): Promise<void> {
  try {
    await git(root, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", from, commit]);
  } catch (error) {
    throw new Error(`${from}: expected the commit ${commit}, got ${reasonOf(error)}; see --from and --base`, {
      cause: error,
    });
  }
}

/**
 * The commit of the version that the project stands on: what it says itself, else where its history left that of Immutable Fleets.
 * @param given what was asked for.
 */
export async function baseOf(
  root: string,
  {
    standing,
    from,
    target,
    given,
  }: { standing: Standing | undefined; from: string; target: Version; given?: string },
): Promise<Version> {
  if (given !== undefined) return fetchVersion(root, from, given);
  const parting = partingOf(root, target.commit);
  const written = standing && (await writtenBase(root, standing, from));
  if (written && isBase(root, written.commit, parting, target.commit)) return written;
  if (parting !== undefined) return { name: standing?.version ?? parting.slice(0, 7), commit: parting };
  throw new Error(
    "--base: expected the version that the project stands on, as neither it nor its history names one, got nothing; add --base VERSION",
  );
}

/**
 * Whether the commit that was written down is a version's, and not the project's own, which `init` may have found. It counts even where Git
 * knows of a later one: an upgrade that was reverted is still merged for it.
 */
function isBase(root: string, written: string, parting: string | undefined, target: string): boolean {
  if (parting === undefined || isAncestor(root, written, target)) return true;
  // What upgrades have brought is no first parent.
  return !gitNow(root, ["rev-list", "--first-parent", "HEAD"]).split("\n").includes(written);
}

async function writtenBase(root: string, { version, commit }: Standing, from: string): Promise<Version> {
  if (commit === undefined) return fetchVersion(root, from, version);
  return fetched(root, from, { name: version, commit });
}

/** The newest commit that the project has of the version's history. */
export function partingOf(root: string, commit: string): string | undefined {
  try {
    return gitNow(root, ["merge-base", "HEAD", commit]);
  } catch {
    return undefined;
  }
}

/** The last line of what Git said. */
function reasonOf(error: unknown): string {
  const lines = messageOf(error).trim().split("\n");
  return lines.findLast((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? "nothing";
}
