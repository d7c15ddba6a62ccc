import { withEngine } from "../../engine/connection.ts";
import { replicasOf } from "../../fleets/swarm/scale.ts";
import { byEngine } from "../state/engines.ts";
import type { StateResource } from "../state/resource.ts";
import { wantedServices } from "../state/service.ts";
import type { DriftFinding } from "./finding/finding.ts";

/** Services of a Swarm that have another number of boxes than wanted; what else they are, a refresh compares. */
export async function serviceDrift(resources: readonly StateResource[]): Promise<DriftFinding[]> {
  const findings: DriftFinding[] = [];
  for (const [engine, services] of byEngine(resources, wantedServices(resources)))
    await withEngine(engine, async (manager) => {
      for (const { id, fleet, boxes } of services) {
        const got = await replicasOf(id, manager).catch(() => 0);
        if (got !== boxes)
          findings.push({
            ...{ kind: "settings", subject: fleet, what: "boxes" },
            ...{ expected: String(boxes), got: String(got) },
          });
      }
    });
  return findings;
}
