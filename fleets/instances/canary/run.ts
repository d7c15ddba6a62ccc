import { setTimeout as sleep } from "node:timers/promises";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { lookAtCanary } from "./look.ts";
import { describeAbort, reasonsToAbort, servingGroup, sharesAt, withdrawn } from "./plan.ts";
import type { CanaryRequest } from "./request.ts";
import { findRules, setShares, type FoundRule } from "./weights.ts";

const lookEveryMilliseconds = 3000;

/** Leads the requests to the new group step by step. @throws Error, with all requests at the old group, at an alarm. */
export async function runCanary(request: CanaryRequest, stop: AbortSignal): Promise<void> {
  const client = new ElasticLoadBalancingV2Client({ region: request.region });
  try {
    const rules = await findRules(client, request.rules);
    if (request.withdraw) await withdraw(client, rules);
    else await lead(client, request, rules, stop);
  } finally {
    client.destroy();
  }
}

/** A group that goes must be in no rule: requests would be sent to it after its boxes have gone. */
async function withdraw(client: ElasticLoadBalancingV2Client, rules: readonly FoundRule[]): Promise<void> {
  for (const { arn, shares, to } of rules) {
    const others = withdrawn(shares, to);
    if (others) await setShares(client, arn, others);
  }
}

async function lead(
  client: ElasticLoadBalancingV2Client,
  request: CanaryRequest,
  rules: readonly FoundRule[],
  stop: AbortSignal,
): Promise<void> {
  const changes = rules.flatMap((rule) => {
    const from = servingGroup(rule.shares, rule.to);
    return from === undefined ? [] : [{ ...rule, from }];
  });
  if (changes.length === 0) {
    tell(request, "no boxes served before; the new ones get all requests at once");
    return;
  }
  const set = async (percent: number) => {
    for (const { arn, from, to } of changes) await setShares(client, arn, sharesAt(percent, from, to));
  };
  try {
    for (const percent of request.percents) {
      await set(percent);
      tell(request, `the new boxes get ${percent} % of the requests, for ${request.bakeSeconds} s`);
      await bake(request, percent, stop);
    }
  } catch (error) {
    await set(0);
    throw error;
  }
}

async function bake(request: CanaryRequest, percent: number, stop: AbortSignal): Promise<void> {
  const end = Date.now() + request.bakeSeconds * 1000;
  for (;;) {
    if (stop.aborted) throw new Error(`fleet ${request.fleet}: interrupted; the old boxes go on serving`);
    const reasons = reasonsToAbort(request.alarms, await lookAtCanary(request));
    if (reasons.length > 0) throw new Error(describeAbort(request.fleet, percent, reasons));
    const left = end - Date.now();
    if (left <= 0) return;
    await sleep(Math.min(left, lookEveryMilliseconds), undefined, { signal: stop }).catch(() => undefined);
  }
}

function tell({ fleet }: CanaryRequest, text: string): void {
  process.stderr.write(`${fleet}: ${text}\n`);
}
