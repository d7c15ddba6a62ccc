import {
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  type EnvironmentDescription,
} from "@aws-sdk/client-elastic-beanstalk";

/** An environment of Elastic Beanstalk, as AWS says it is. */
export interface EnvironmentFacts {
  name: string;
  /** Launching, Updating, Ready, Terminating. */
  status: string;
  /** Green, Yellow, Red, Grey. */
  health: string;
  /** Ok, Warning, Degraded, …, where AWS tells more. */
  healthStatus: string;
  version: string;
  updated: Date | undefined;
}

/** The environments of these names in a region; those that have ended are left out. */
export async function readEnvironments(
  region: string,
  names: readonly string[],
): Promise<EnvironmentFacts[]> {
  const client = new ElasticBeanstalkClient({ region });
  try {
    const found: EnvironmentDescription[] = [];
    // The SDK has no paginator for it.
    for (let NextToken: string | undefined; ;) {
      const wanted = { EnvironmentNames: [...names], IncludeDeleted: false, NextToken };
      const page = await client.send(new DescribeEnvironmentsCommand(wanted));
      found.push(...(page.Environments ?? []));
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    return found.map((each) => ({
      name: each.EnvironmentName ?? "",
      status: each.Status ?? "unknown",
      health: each.Health ?? "Grey",
      healthStatus: each.HealthStatus ?? "",
      version: each.VersionLabel ?? "",
      updated: each.DateUpdated,
    }));
  } finally {
    client.destroy();
  }
}
