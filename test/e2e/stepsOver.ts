import assert from "node:assert/strict";
import { underLoad } from "../load/load.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { boxesIn, boxNetwork } from "./boxesIn.ts";
import { killedAt } from "./interruption.ts";
import { editFleet } from "./stackFile.ts";

/** How the catalog goes over to new boxes from then on. */
export const catalogSteps = {
  ...{ canary: [10, 50, 100], bakeSeconds: 3, minimumRequests: 100, patienceSeconds: 60 },
};

const product = '        product = products.get(request.parameters["id"])\n';
const fails =
  '        if "BREAKS" in os.environ and time.time_ns() // 1000 % 20 == 0:\n            raise HttpError(500, "one of twenty")\n';
/** Enough for a step of some seconds, and little enough to leave the machine to the updates. */
const requestsPerSecond = 300;

/** A catalog that fails 5 % of its requests where it is told to: what follows needs no build then. */
export function mayFail(sandbox: Sandbox): void {
  sandbox.replace("apps/catalog/catalog/api.py", product, `${fails}${product}`);
  sandbox.replace("apps/catalog/catalog/api.py", "import time\n", "import os\nimport time\n");
}

/**
 * A release of which 5 % fails goes back by itself; one that is killed half way is finished by the next update: under load at an address, where
 * the catalog has a canary, and {@link mayFail}.
 */
export async function goesBackAndOver(sandbox: Sandbox, at: string): Promise<void> {
  const before = await catalogBoxes(sandbox);
  runWith(sandbox, { BREAKS: "yes" });
  let told = "";
  const bad = await loaded(at, async () => {
    const up = await sandbox.run("commands/main.ts", "up");
    told = up.all;
    assert.equal(up.exitCode, 1, told);
    // Whoever asks later than that is answered by the old ones alone.
    assert.deepEqual(await catalogBoxes(sandbox), before);
  });
  assert.match(told, /fleet catalog: expected new boxes that are no worse than the old ones, got worse ones/);
  const figures = /catalog: new boxes failed (\d+) of (\d+) requests \(\d+\.\d %\), old ones 0 of \d+/.exec(
    told,
  );
  const [errors, requests] = [Number(figures?.[1]), Number(figures?.[2])];
  assert.ok(errors > 0 && requests > 2 * errors, told);
  const failed = Object.values(bad.failures).reduce((sum, each) => sum + each, 0);
  console.log(
    `      ${errors} of ${requests} failed in the canary; ${failed} of ${bad.requests} for clients`,
  );
  assert.ok(
    Object.keys(bad.failures).every((what) => what.includes("status 500")),
    JSON.stringify(bad.failures),
  );
  // Between the last look and the end of the new boxes a few more may fail.
  assert.ok(failed >= errors && failed <= 3 * errors + 10, `${failed} of ${errors}`);
  await goesOverAfterKill(sandbox, at, before);
}

async function goesOverAfterKill(sandbox: Sandbox, at: string, before: readonly string[]): Promise<void> {
  runWith(sandbox, { SWAP: "over" });
  const good = await loaded(at, async () => {
    await killedAt(sandbox, /the new boxes get 50 % of the requests/);
    const up = await sandbox.run("commands/main.ts", "up");
    assert.equal(up.exitCode, 0, up.all);
    assert.match(up.all, /the new boxes get 100 % of the requests/);
  });
  assert.deepEqual(good.failures, {});
  const after = await catalogBoxes(sandbox, "--all");
  assert.equal(after.length, before.length);
  assert.deepEqual(
    after.filter((id) => before.includes(id)),
    [],
  );
}

function loaded(at: string, work: () => Promise<void>) {
  return underLoad(at, work, undefined, requestsPerSecond);
}

function runWith(sandbox: Sandbox, environment: Record<string, string>): void {
  editFleet(sandbox, "catalog", (fleet) => {
    fleet.environment = environment;
  });
}

/** The containers of the catalog in the stack's network, running or (`--all`) not. */
async function catalogBoxes(sandbox: Sandbox, ...options: string[]): Promise<string[]> {
  return boxesIn(boxNetwork(sandbox), "catalog", ...options);
}
