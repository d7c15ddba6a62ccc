import {
  CloudWatchClient,
  paginateDescribeAlarms,
  type CompositeAlarm,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { lookAtGroup } from "../gate/look.ts";
import { complaints } from "../gate/verdict.ts";
import type { Sight } from "./plan.ts";
import type { CanaryRequest } from "./request.ts";

/** What AWS says of the alarms and of the new boxes now. */
export async function lookAtCanary({ region, alarms, group, rules, fleet }: CanaryRequest): Promise<Sight> {
  const watched = {
    fleet,
    region,
    group,
    boxes: 0,
    targetGroups: rules.map(({ to }) => to),
    timeoutSeconds: 0,
    steadySeconds: 0,
  };
  const [states, seen] = await Promise.all([alarmStates(region, alarms), lookAtGroup(watched)]);
  return {
    alarms: states,
    // Boxes that scaling adds in this time are not yet healthy, and no reason to go back.
    complaints: Object.fromEntries(
      seen.boxes.map((box) => [box, complaints(box, seen).filter((text) => /unhealthy/.test(text))]),
    ),
  };
}

async function alarmStates(region: string, names: readonly string[]): Promise<Sight["alarms"]> {
  if (names.length === 0) return {};
  const client = new CloudWatchClient({ region });
  try {
    const AlarmTypes = ["MetricAlarm" as const, "CompositeAlarm" as const];
    const found: (MetricAlarm | CompositeAlarm)[] = [];
    const wanted = { AlarmNames: [...names], AlarmTypes };
    for await (const page of paginateDescribeAlarms({ client }, wanted))
      found.push(...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? []));
    return Object.fromEntries(
      found.map(({ AlarmName = "", StateValue = "", StateReason }) => [
        AlarmName,
        { state: StateValue, reason: StateReason },
      ]),
    );
  } finally {
    client.destroy();
  }
}
