import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { LoadResult } from "./client.ts";

const client = path.join(import.meta.dirname, "client.ts");

/**
 * Full load on the edge of a sandbox, in another process, while `work` runs.
 * @param targets host names and paths of the fast requests. Default: a product of the catalog.
 */
export async function underLoad(
  port: number,
  work: () => Promise<void>,
  targets: readonly string[] = ["catalog.localhost/products/rope"],
): Promise<LoadResult> {
  const process = execa("node", [client, `http://127.0.0.1:${port}`, "catalog.localhost", ...targets]);
  try {
    await sleep(2000);
    await work();
    await sleep(2000);
  } finally {
    process.kill("SIGTERM");
  }
  return JSON.parse((await process).stdout) as LoadResult;
}
