import { deepEqual, equal, ok } from "node:assert/strict";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { get, isServing, keepAsking, startCatalog } from "./catalog.ts";

const CONNECTIONS = 200;
// Long enough for a busy machine to look at the box while it drains; the slow requests outlast it.
const DRAIN_SECONDS = 4;

describe("the stop of an application under load", function () {
  this.timeout(60_000);

  // Without an edge that looks away, clients ask until they are told not to; on a busy machine they may pause.
  it("loses no request: health first, then every answer is the last, then the end", async () => {
    const catalog = await startCatalog({ DRAIN_SECONDS: String(DRAIN_SECONDS), QUIET_SECONDS: "5" });
    const clients = Array.from({ length: CONNECTIONS }, () => keepAsking(catalog.url("/products/rope")));
    const slow = Array.from({ length: 5 }, () =>
      get(catalog.url(`/slow?seconds=${DRAIN_SECONDS + 2}`), new Agent()),
    );
    const idle = new Agent({ keepAlive: true });
    await get(catalog.url("/"), idle);
    await sleep(500);

    catalog.process.kill("SIGTERM");
    await sleep(100);
    equal((await get(catalog.url("/healthz"), new Agent())).status, 503);
    ok(isServing(await get(catalog.url("/"), idle)), "expected a draining box to go on serving");

    const results = await Promise.all(clients);
    deepEqual(
      results.filter(({ failure }) => failure !== undefined),
      [],
    );
    ok(results.every(({ answers }) => answers > 0));
    deepEqual(
      (await Promise.all(slow)).map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    equal((await catalog.process).exitCode, 0);
    idle.destroy();
  });

  it("takes no longer than the drain when nobody is there", async () => {
    const catalog = await startCatalog({ DRAIN_SECONDS: "0" });
    const started = Date.now();
    catalog.process.kill("SIGTERM");
    equal((await catalog.process).exitCode, 0);
    // Far less than STOP_SECONDS, also on a busy machine.
    ok(Date.now() - started < 10_000);
  });

  it("refuses bad settings, all at once", async () => {
    await startCatalog({ CATALOG_PORT: "http", DRAIN_SECONDS: "soon" }).then(
      () => Promise.reject(new Error("expected a refusal")),
      (error: unknown) => {
        const { message } = error as Error;
        ok(message.includes("CATALOG_PORT: expected a number from 1 to 65535, got 'http'"), message);
        ok(message.includes("DRAIN_SECONDS: expected a number from 0 to 600, got 'soon'"), message);
      },
    );
  });
});
