import { EC2Client, GetConsoleOutputCommand, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { InstanceGateRequest } from "./request.ts";
import type { GroupState, TargetState } from "./verdict.ts";
import { messageOf } from "../../../work/message.ts";

const shownConsoleLines = 20;

/** What AWS says of a group's boxes now. */
export async function lookAtGroup({ region, group, targetGroups }: InstanceGateRequest): Promise<GroupState> {
  const ec2 = new EC2Client({ region });
  const balancing = new ElasticLoadBalancingV2Client({ region });
  try {
    const targets = await Promise.all(
      targetGroups.map(async (arn) => [arn, await targetsOf(balancing, arn)] as const),
    );
    return { boxes: await boxesOf(ec2, group), targets: Object.fromEntries(targets) };
  } finally {
    ec2.destroy();
    balancing.destroy();
  }
}

async function boxesOf(client: EC2Client, group: string): Promise<string[]> {
  const Filters = [
    { Name: "tag:immutable-fleets:group", Values: [group] },
    { Name: "instance-state-name", Values: ["pending", "running"] },
  ];
  const found: string[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }))
    found.push(
      ...Reservations.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId = [] }) => InstanceId)),
    );
  return found;
}

async function targetsOf(balancing: ElasticLoadBalancingV2Client, arn: string): Promise<TargetState[]> {
  const answer = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
  return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
    target: Target?.Id ?? "",
    state: TargetHealth?.State ?? "unknown",
    reason: TargetHealth?.Description ?? TargetHealth?.Reason,
  }));
}

/** The last lines of a box's serial console; empty where AWS has none yet. */
export async function consoleOf(region: string, box: string): Promise<string> {
  const ec2 = new EC2Client({ region });
  try {
    const { Output = "" } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: box }));
    const lines = Buffer.from(Output, "base64").toString().trim().split("\n");
    return lines.slice(-shownConsoleLines).join("\n");
  } catch (error) {
    return `not to be had: ${messageOf(error)}`;
  } finally {
    ec2.destroy();
  }
}
