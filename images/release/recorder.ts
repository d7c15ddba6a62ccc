import { userInfo } from "node:os";
import { gitNow } from "../../work/git.ts";
import type { Recorder } from "./entry.ts";

/**
 * Who records a release, from what and why: as GitHub or GitLab tell their jobs, else as Git knows this user.
 * @param reason what was said; default: the commit's first line.
 */
export function recorderOf(
  root: string,
  reason?: string,
  environment: NodeJS.ProcessEnv = process.env,
): Recorder {
  const commit = commitOf(root);
  const job = jobOf(environment);
  const why = reason ?? (commit === undefined ? undefined : asked(root, ["log", "-1", "--format=%s"]));
  return {
    author: authorOf(root, environment),
    ...(commit !== undefined && { commit }),
    ...(job !== undefined && { job }),
    ...(why !== undefined && why !== "" && { reason: why }),
  };
}

function authorOf(root: string, { GITHUB_ACTOR, GITLAB_USER_LOGIN }: NodeJS.ProcessEnv): string {
  const named = GITHUB_ACTOR || GITLAB_USER_LOGIN;
  if (named) return named;
  const address = asked(root, ["config", "user.email"]);
  const name = asked(root, ["config", "user.name"]);
  if (name && address) return `${name} <${address}>`;
  return name || address || userInfo().username;
}

function jobOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL } = environment;
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID)
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return CI_JOB_URL || undefined;
}

/** What is beside the sources changes while releases are made: stacks' files name the release, and the folder shows them. */
const sources = [".", ":(exclude)Pulumi.*.yaml", ":(exclude)releases"];

/** The commit that is checked out; undefined where the project is in no clone. */
export function commitOf(root: string): string | undefined {
  const commit = asked(root, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  if (!commit) return undefined;
  const changed = asked(root, ["status", "--porcelain", "--untracked-files=no", "--", ...sources]);
  return changed === "" ? commit : `${commit}-dirty`;
}

function asked(root: string, args: readonly string[]): string | undefined {
  try {
    return gitNow(root, args);
  } catch {
    return undefined;
  }
}
