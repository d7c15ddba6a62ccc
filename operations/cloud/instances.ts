import { EC2Client, paginateDescribeInstances, type Instance } from "@aws-sdk/client-ec2";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** One instance, as AWS says it is. */
export interface InstanceFacts {
  id: string;
  ami: string;
  /** pending, running, stopping, stopped. */
  state: string;
  launched: Date;
  tags: Record<string, string>;
}

/** The instances of a stack (`project/stack`) in a region; those that have ended are left out. */
export async function readInstances(region: string, stack: string): Promise<InstanceFacts[]> {
  const client = new EC2Client({ region });
  const Filters = [
    { Name: "tag:immutable-fleets:stack", Values: [stack] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
  ];
  try {
    const found: Instance[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }))
      found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
    return found.map(factsOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  } finally {
    client.destroy();
  }
}

function factsOf({ InstanceId, ImageId, State, LaunchTime, Tags = [] }: Instance): InstanceFacts {
  return {
    id: InstanceId ?? "",
    ami: ImageId ?? "",
    state: State?.Name ?? "unknown",
    launched: LaunchTime ?? new Date(0),
    tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}

/** What target groups (ARNs) say of boxes. */
export interface TargetHealth {
  box: string;
  healthy: boolean;
  /** For people: `draining: Target deregistration is in progress`. */
  detail: string;
}

/** Asks target groups of a region for the health of their targets. */
export async function readTargets(region: string, targetGroups: readonly string[]): Promise<TargetHealth[]> {
  const client = new ElasticLoadBalancingV2Client({ region });
  try {
    const answers = await Promise.all(
      targetGroups.map((arn) => client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }))),
    );
    return answers.flatMap(({ TargetHealthDescriptions = [] }) =>
      TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
        box: Target?.Id ?? "",
        healthy: TargetHealth?.State === "healthy",
        detail: [TargetHealth?.State, TargetHealth?.Description]
          .filter((part) => part !== undefined && part !== "")
          .join(": "),
      })),
    );
  } finally {
    client.destroy();
  }
}
