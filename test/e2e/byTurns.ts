import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { boxesIn, boxNetwork } from "./boxesIn.ts";

/** How the catalog, of two boxes, is swapped then. */
export const catalogTurns = { maxSurge: 1 };

/** An update that swaps the catalog by turns: never more than one box more than there are to be runs. @returns what it said. */
export async function byTurns(sandbox: Sandbox, up: () => Promise<string>): Promise<string> {
  const network = boxNetwork(sandbox);
  const counts = new Set<number>();
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      counts.add((await boxesIn(network, "catalog")).length);
      await sleep(200);
    }
  })();
  const told = await up().finally(() => {
    over.abort();
  });
  await looking;
  for (const turn of [1, 2])
    assert.match(
      told,
      new RegExp(`catalog: turn ${turn} of 2: new boxes are healthy, old ones drain: catalog-${turn}`),
    );
  assert.deepEqual([...counts].sort(), [2, 3]);
  return told;
}
