import { setTimeout as sleep } from "node:timers/promises";
import { withEngine } from "../../engine/connection.ts";
import { edgesBehind } from "../../fleets/edge/behind.ts";
import { EdgeRuntime } from "../../fleets/edge/EdgeRuntime.ts";
import { wantedBoxes } from "../state/box.ts";
import { boxesByEngine } from "../state/engines.ts";
import { readState } from "../state/read.ts";

/** Applications under maintenance, each with the word that lets somebody in. */
export type UnderMaintenance = ReadonlyMap<string, string>;

const timeoutMilliseconds = 15_000;
const lookEveryMilliseconds = 500;

/**
 * What is under maintenance in a stack, as all its edges say; undefined: none of them runs, or can have any.
 * @param change what is to be from now on, of what is: told to every edge, also to those that are being swapped.
 */
export async function maintenanceOf(
  stack: string,
  change?: (now: UnderMaintenance) => UnderMaintenance,
): Promise<UnderMaintenance | undefined> {
  const resources = await readState(stack);
  let all: UnderMaintenance | undefined;
  for (const { engine, boxes } of boxesByEngine(resources, wantedBoxes(resources))) {
    const door = boxes.find(({ kind }) => kind === "door");
    if (!door) continue;
    await withEngine(engine, async (client) => {
      const runtimes = async () =>
        (await edgesBehind(door.id, client)).map((edge) => new EdgeRuntime(edge, client));
      const now = await first(await runtimes());
      if (!now) return;
      all ??= change ? change(now) : now;
      if (!change) return;
      const told = new Set<string>();
      // An edge that starts meanwhile has read the file before or after: it is told too.
      for (let edges = await runtimes(); edges.some(({ edge }) => !told.has(edge)); edges = await runtimes())
        for (const edge of edges.filter((each) => !told.has(each.edge))) {
          await tell(edge, all);
          told.add(edge.edge);
        }
    });
  }
  return all;
}

/** What the newest edge that can have any says. */
async function first(edges: readonly EdgeRuntime[]): Promise<UnderMaintenance | undefined> {
  for (const edge of edges) {
    const known = await edge.maintenance();
    if (known) return known;
  }
  return undefined;
}

/** One that starts does not answer yet; one of before the page was configured has none. */
async function tell(edge: EdgeRuntime, all: UnderMaintenance): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    try {
      if ((await edge.maintenance()) !== undefined) await edge.maintain(all);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(lookEveryMilliseconds);
  }
}
