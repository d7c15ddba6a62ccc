import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { LoadResult } from "./client.ts";

const client = path.join(import.meta.dirname, "client.ts");

/**
 * Load in another process, while `work` runs.
 * @param at port of a sandbox's edge, or the address of whatever answers: `http://10.0.0.5:8081`; by `https:`, whatever certificate it has.
 * @param targets host names and paths of the fast requests. Default: a product of the catalog.
 * @param requestsPerSecond of the fast requests. Default: as many as are answered, which takes the machine's processors from
 * the work; a test of a single move sees as much with less.
 */
export async function underLoad(
  at: number | string,
  work: () => Promise<unknown>,
  targets: readonly string[] = ["catalog.localhost/products/rope"],
  requestsPerSecond = 0,
): Promise<LoadResult> {
  const address = typeof at === "string" ? at : `http://127.0.0.1:${at}`;
  const process = execa("node", [
    client,
    address,
    "catalog.localhost",
    String(requestsPerSecond),
    ...targets,
  ]);
  try {
    await sleep(2000);
    await work();
    await sleep(2000);
  } finally {
    process.kill("SIGTERM");
  }
  return JSON.parse((await process).stdout) as LoadResult;
}
