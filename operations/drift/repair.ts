import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { output } from "../stack/output.ts";
import type { DriftReport, DriftFinding } from "./finding/finding.ts";

/** The resources that new boxes replace, each once; what no new box repairs is left out. */
export function repairUrns(findings: readonly DriftFinding[]): string[] {
  return [...new Set(findings.flatMap(({ repairUrn }) => repairUrn ?? []))].sort();
}

/**
 * Replaces what drifted through the same swap as an update: new boxes first, the old ones after the gate. Other resources
 * stay as they are, except gates and what stands on a replaced one.
 */
export async function repairDrift(stack: Stack, { findings }: DriftReport): Promise<void> {
  const urns = repairUrns(findings);
  if (urns.length > 0) await stack.up({ ...output, target: urns, replace: urns, targetDependents: true });
}
