import { trustPlace } from "../ledger/trust.ts";
import { nameProblem } from "./identity.ts";
import { jobClaims, keylessFiles, trustOf, type JobClaims } from "./keyless.ts";

const github = "https://github.com";

/**
 * Refuses, before anything is changed, that a job records what nobody would trust. Where its token does not say what its certificate will name, that is
 * seen only when it signs.
 * @throws Error with the way there.
 */
export async function refuseOtherJobs(root: string, now = new Date()): Promise<void> {
  const identity = jobIdentity(await jobClaims());
  const problem = identity === undefined ? undefined : nameProblem(identity, trustOf(root), now);
  if (problem === undefined) return;
  throw new Error(`${keylessFiles.trust}: ${problem} in ${trustPlace(root)}; nothing was changed`);
}

/** The identity that Sigstore's authority will certify for a job, as it makes it of a token (github.com/sigstore/fulcio, docs/oidc.md). */
export function jobIdentity(
  { job_workflow_ref: workflow, ci_config_ref_uri: gitlab }: JobClaims,
  { GITHUB_SERVER_URL: server = github }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  // Of a server of one's own, the authority is another's, too.
  if (workflow !== undefined) return server === github ? `${github}/${workflow}` : undefined;
  return gitlab === undefined ? undefined : `https://${gitlab}`;
}
