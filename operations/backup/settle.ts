import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { withEngine } from "../../engine/connection.ts";
import { alone, isWorkedOn } from "../../fleets/backup/backUp.ts";
import { interruptedExchanges, settleExchanges } from "../../fleets/backup/exchange.ts";
import { stackState } from "../../fleets/data/stackState.ts";
import { stateFolderOf } from "../stack/locks.ts";
import { byEngine } from "../state/engines.ts";
import { resourcesOf } from "../state/resource.ts";
import { isBackupStep } from "./requests.ts";

const volumeType = "docker:index/volume:Volume";

/**
 * Ends what a killed restore of a stack's accessories had begun, and says so, before an update has others use their data. One that goes on
 * is told by the stack's lock, or waited for where it has none. Asks an engine only where there are backups.
 */
export async function settleRestores(stack: Stack): Promise<void> {
  const resources = resourcesOf((await stackState(stack.name)) as Deployment);
  if (!resources.some(isBackupStep)) return;
  const volumes = resources.filter(({ type }) => type === volumeType);
  for (const [engine, own] of byEngine(resources, volumes))
    await withEngine(engine, async (client) => {
      const ids = new Set(own.map(({ id }) => id));
      for (const { box, volume } of await interruptedExchanges(client)) {
        const place = { box, volume, ...(engine && { engine }) };
        const isTold = async () => isWorkedOn(place) && (await stateFolderOf(stack)) !== undefined;
        if (ids.has(volume) && !(await isTold())) await alone(place, () => settleExchanges(client, volume));
      }
    });
}
