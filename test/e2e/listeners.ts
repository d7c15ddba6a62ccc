import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** The DNS name of the internal load balancer of an account; undefined while there is none. */
export async function internalBalancer(region: string, endpoint: string): Promise<string | undefined> {
  const client = new ElasticLoadBalancingV2Client({ region, endpoint });
  try {
    const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
    return LoadBalancers.find(({ Scheme }) => Scheme === "internal")?.DNSName;
  } finally {
    client.destroy();
  }
}

/**
 * How many healthy boxes stand behind each listener of an account's load balancers, as AWS's API tells: `internal 8081` to a
 * number.
 */
export async function healthyBehindListeners(
  region: string,
  endpoint: string,
): Promise<Record<string, number>> {
  const client = new ElasticLoadBalancingV2Client({ region, endpoint });
  const found: Record<string, number> = {};
  try {
    const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
    for (const { LoadBalancerArn, Scheme } of LoadBalancers) {
      const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }));
      for (const { Port, DefaultActions = [] } of Listeners) {
        const asked = new DescribeTargetHealthCommand({ TargetGroupArn: DefaultActions[0]?.TargetGroupArn });
        const { TargetHealthDescriptions = [] } = await client.send(asked);
        const healthy = TargetHealthDescriptions.filter(
          ({ TargetHealth }) => TargetHealth?.State === "healthy",
        );
        found[`${Scheme ?? "internet-facing"} ${Port}`] = healthy.length;
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}
