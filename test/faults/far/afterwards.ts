import type { Asked } from "../../load/asked.ts";
import { storedOf } from "../../load/lost.ts";
import type { Try } from "../kind.ts";
import type { FarSystem } from "./farSystem.ts";

/** Whether, once all is over, what was acknowledged is stored, once, and `status` and `drift` have nothing to say. */
export async function afterwards(system: FarSystem, asked: readonly Asked[], mark: string): Promise<Try> {
  const stored = storedOf(asked, await system.orders(mark));
  const orders = asked.filter(({ order, failure }) => order !== undefined && failure === undefined);
  const said: string[] = [];
  for (const command of ["status", "drift"]) {
    const { exitCode, all } = await system.sandbox.run("commands/main.ts", command);
    if (exitCode !== 0) said.push(`${command}: ${all}`);
  }
  const bad = Object.entries<string[]>({ ...stored }).filter(([, each]) => each.length > 0);
  const told = [...bad.map(([name, each]) => `${name}: ${each.join(", ")}`), ...said];
  return {
    fault: "afterwards: status, drift, and all that was acknowledged",
    where: `(${asked.length} requests, ${orders.length} orders acknowledged)`,
    lost: stored.lost.length + stored.twice.length,
    ...(told.length > 0 && { problem: told.join("; ") }),
  };
}
