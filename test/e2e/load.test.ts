import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { edgesBehind } from "../../fleets/edge/behind.ts";
import type { Asked } from "../load/asked.ts";
import { Asking } from "../load/asking.ts";
import { underLoad } from "../load/load.ts";
import { saidOf, storedOf } from "../load/lost.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { storedOrders } from "./postgres.ts";
import { stateId } from "./stateId.ts";
import { editEnvironment, editFleet } from "./stackFile.ts";

const applicationSwaps = 10;
const edgeSwaps = 3;
/** Longer than two checks may take, 2 s each: the edge holds none of the boxes for healthy then. */
const stallMilliseconds = 5500;
/** So many swaps of applications, and of the edge between them, are compared with what their preview said. */
const previewed = 3;

describe("Swaps under full load", function () {
  this.timeout("30m");
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await createSandbox("load");
    await exactUp(sandbox);
  });

  after(() => sandbox.dispose());

  it("loses no request while the boxes of a fleet are all too slow for their checks", async () => {
    const fleets = (await sandbox.outputs())["fleets"] as Record<string, { boxes: Record<string, string> }>;
    const begin = new Date();
    const result = await underLoad(sandbox.port, async () => {
      for (const fleet of ["catalog", "web"]) {
        const boxes = Object.values(fleets[fleet]?.boxes ?? {});
        await execa("docker", ["pause", ...boxes]);
        await sleep(stallMilliseconds);
        await execa("docker", ["unpause", ...boxes]);
        await sleep(1000);
      }
    });
    assert.deepEqual(result.failures, {});
    const publishes = ["--quiet", "--no-trunc", "--filter", `publish=${sandbox.port}`];
    const [edge = ""] = await edgesBehind((await execa("docker", ["ps", ...publishes])).stdout);
    const { all } = await execa("docker", ["logs", "--since", begin.toISOString(), edge], { all: true });
    for (const backend of ["catalog", "site"])
      assert.match(all, new RegExp(`backend ${backend} has no server available`));
  });

  it(`loses no request in ${applicationSwaps} application swaps and ${edgeSwaps} edge swaps`, async () => {
    const mark = `by-${process.hrtime.bigint()}`;
    const asking = new Asking({ address: "127.0.0.1", port: sandbox.port }, mark);
    const result = await underLoad(sandbox.port, async () => {
      for (let swap = 1; swap <= applicationSwaps; swap++) {
        await swapApplication(swap);
        if (swap % 3 === 0 && swap / 3 <= edgeSwaps) await swapEdge(swap);
      }
    }).finally(() => asking.end());
    await storesEachOrderOnce(await asking.take(), mark);
    console.log(
      `      ${result.requests} requests (${Math.round(result.requestsPerSecond)}/s), ${result.slowRequests} of 2 s`,
    );
    assert.deepEqual(result.failures, {});
    assert.ok(result.requests > 1000, `expected a load, got ${result.requests} requests`);
    assert.ok(result.slowRequests > 10, `expected slow requests, got ${result.slowRequests}`);
  });

  /** What was acknowledged is stored, once; what was not asked is not. */
  async function storesEachOrderOnce(asked: readonly Asked[], mark: string): Promise<void> {
    const failed = asked.filter(({ failure }) => failure !== undefined);
    assert.deepEqual(failed.map(saidOf), []);
    const orders = asked.filter(({ order }) => order !== undefined);
    console.log(`      ${orders.length} orders of ${asked.length} more requests`);
    assert.ok(orders.length > 100, `expected orders, got ${orders.length}`);
    const rows = await storedOrders(await stateId(sandbox, ":Container::database"), mark);
    assert.deepEqual(storedOf(asked, rows), { lost: [], twice: [], strange: [] });
  }

  /** A changed run specification swaps like a changed image; the first swap is by image. */
  async function swapApplication(swap: number): Promise<void> {
    if (swap === 1) sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", "Mooring line");
    editFleet(sandbox, "catalog", (fleet) => {
      fleet.environment = { SWAP: String(swap) };
    });
    const told = await upReplaces(swap, "catalog-1", "catalog-2");
    assert.match(told, /While catalog swapped, \S+ of \d+ requests failed/);
  }

  async function swapEdge(swap: number): Promise<void> {
    editEnvironment(sandbox, (environment) => {
      for (const fleet of Object.values(environment.fleets)) fleet.drainSeconds = 30 + swap;
    });
    await upReplaces(swap, "edge");
  }

  async function upReplaces(swap: number, ...names: string[]): Promise<string> {
    const told = swap <= previewed ? await exactUp(sandbox) : await justUp();
    for (const name of names) assert.match(told, new RegExp(`Container ${name} replaced`));
    return told;
  }

  async function justUp(): Promise<string> {
    const up = await sandbox.run("commands/main.ts", "up");
    assert.equal(up.exitCode, 0, up.all);
    return up.all;
  }
});
