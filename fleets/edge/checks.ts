import { usualStatus } from "../../plan/glue/healthCheck.ts";
import type { PlacedApplication } from "../../plan/glue/topology.ts";

/** How every server is checked. */
export const checkSettings = ["check", "inter", "250ms", "fall", "2", "rise", "1"] as const;

/** What a healthy application answers to a check, as HAProxy has it. */
export function healthRules({
  name,
  health,
  healthHost = name,
  healthStatus = usualStatus,
}: Pick<PlacedApplication, "name" | "health" | "healthHost" | "healthStatus">): string[] {
  return [
    `  http-check send meth GET uri ${health} hdr Host ${healthHost}`,
    `  http-check expect status ${healthStatus}`,
  ];
}
