/** What an environment runs after an update, and what it was to run: labels of versions. */
export interface Deployment {
  fleet: string;
  environment: string;
  runs: string;
  wanted: string;
}

/**
 * Why an environment does not run what it was to run; undefined when it does. A deployment that fails leaves it the version
 * before, but the state the one that failed: the next update has nothing to deploy, and only what AWS then answers tells.
 */
export function deploymentProblem({ fleet, environment, runs, wanted }: Deployment): string | undefined {
  if (runs === wanted) return undefined;
  return `fleet ${fleet}: expected its environment ${environment} to run the version ${wanted}, got ${runs}: a deployment failed before, or somebody changed it; run up again, which deploys it`;
}
