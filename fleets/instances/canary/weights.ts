import {
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  paginateDescribeRules,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Share } from "./plan.ts";
import type { TrafficRule } from "./request.ts";

/** A rule as AWS has it. */
export interface FoundRule extends TrafficRule {
  arn: string;
  shares: Share[];
}

/** The rules that are there; a fleet's first group has none yet. */
export async function findRules(
  client: ElasticLoadBalancingV2Client,
  wanted: readonly TrafficRule[],
): Promise<FoundRule[]> {
  const found = await Promise.all(
    wanted.map(async (each) => {
      const rule = await ruleOf(client, each);
      return rule?.RuleArn === undefined ? [] : [{ ...each, arn: rule.RuleArn, shares: sharesOf(rule) }];
    }),
  );
  return found.flat();
}

async function ruleOf(client: ElasticLoadBalancingV2Client, { listener, priority }: TrafficRule) {
  for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn: listener })) {
    const found = Rules.find((rule) => rule.Priority === String(priority));
    if (found) return found;
  }
  return undefined;
}

function sharesOf({ Actions = [] }: Rule): Share[] {
  return Actions.filter(({ Type }) => Type === "forward").flatMap(({ TargetGroupArn, ForwardConfig }) => {
    const groups = ForwardConfig?.TargetGroups ?? [];
    if (groups.length === 0) return TargetGroupArn ? [{ targetGroup: TargetGroupArn, weight: 1 }] : [];
    return groups.map(({ TargetGroupArn: targetGroup = "", Weight: weight = 1 }) => ({
      targetGroup,
      weight,
    }));
  });
}

/** Sends a rule's requests to target groups by their shares. */
export async function setShares(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  shares: readonly Share[],
): Promise<void> {
  const [only, ...others] = shares;
  const TargetGroups = shares.map(({ targetGroup, weight }) => ({
    TargetGroupArn: targetGroup,
    Weight: weight,
  }));
  const action =
    others.length === 0 ? { TargetGroupArn: only?.targetGroup } : { ForwardConfig: { TargetGroups } };
  await client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: [{ Type: "forward", ...action }] }));
}
