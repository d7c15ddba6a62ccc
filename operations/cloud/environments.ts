import { DescribeEnvironmentsCommand, ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";

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
    const { Environments = [] } = await client.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [...names], IncludeDeleted: false }),
    );
    return Environments.map((each) => ({
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
