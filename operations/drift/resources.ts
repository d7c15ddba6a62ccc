import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { containerType, serviceType } from "../state/resource.ts";
import type { DriftFinding } from "./finding/finding.ts";

/** What a previewed refresh says of resources; `told` are the resources whose own findings say it already. */
export function resourceDrift(events: readonly EngineEvent[], told: ReadonlySet<string>): DriftFinding[] {
  return events.flatMap(({ resOutputsEvent }) => {
    const metadata = resOutputsEvent?.metadata;
    if (!metadata || !["update", "delete"].includes(metadata.op) || told.has(metadata.urn)) return [];
    const { urn, op, type } = metadata;
    const names = Object.keys(metadata.detailedDiff ?? {}).map((path) => path.replace(/[.[].*$/, ""));
    const changed = [...new Set(names)].sort();
    if (op === "update" && changed.length === 0) return [];
    const what = op === "delete" ? "is gone" : `differs in ${changed.join(", ")}`;
    const subject = type === containerType || type === serviceType ? nameOf(urn) : `${type} ${nameOf(urn)}`;
    return [
      {
        kind: "resource",
        subject,
        what,
        ...(type === containerType && { repairUrn: urn }),
      } satisfies DriftFinding,
    ];
  });
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
