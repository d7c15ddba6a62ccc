import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealing } from "../../../fleets/canary/Dealing.ts";
import { fleetBoxes } from "../../../fleets/canary/boxes.ts";
import { HandOver } from "../../../fleets/canary/HandOver.ts";
import { lookAtBoxes } from "../../../fleets/gate/probe.ts";
import type { GateRequest } from "../../../fleets/gate/request.ts";
import type { StepsRequest } from "../../../fleets/canary/request.ts";
import type { Box } from "./support/Box.ts";
import type { Stand } from "./support/Stand.ts";
import { withStands } from "./support/withStands.ts";

describe("a canary before HAProxy itself", function () {
  this.timeout(120_000);
  let stand: Stand;
  withStands(true, (each) => (stand = each));

  /** Boxes that serve, and new ones that come while a hold keeps requests from them. */
  async function besides(old: readonly Box[], make: () => Promise<Box[]>): Promise<Box[]> {
    await stand.sees(old.length);
    await new Dealing(stand.request(), stand.engine).hold();
    const fresh = await make();
    await stand.sees(old.length + fresh.length);
    return fresh;
  }

  function over(
    fresh: readonly Box[],
    own: Partial<StepsRequest> = {},
    signal = new AbortController().signal,
  ) {
    const said: string[] = [];
    const ids = fresh.map(({ id }) => id);
    const handOver = new HandOver(stand.request(own), ids, stand.engine, {
      say: (line) => void said.push(line),
      ...{ signal, lookEverySeconds: 0.2 },
    });
    return { handOver, said };
  }

  async function weights(edge = "edge"): Promise<Record<string, number>> {
    const request = stand.request();
    const boxes = await fleetBoxes(request, [], stand.engine);
    const servers = await new Dealing(request, stand.engine).look(boxes);
    const of = (address: string) =>
      stand.boxes.find((box) => address.startsWith(`${box.address}:`))?.id ?? "free";
    const own = servers.filter((server) => server.edge === edge);
    return Object.fromEntries(own.map(({ address, weight }) => [of(address), weight]));
  }

  it("keeps requests from boxes that come, and then gives them their share, however little there is to do", async () => {
    const old = await stand.start("old", 2);
    const fresh = await besides(old, () => stand.start("new", 2));
    const answers: string[] = [];
    for (let each = 0; each < 40; each++) answers.push(await stand.ask());
    deepEqual([...new Set(answers)], ["old"]);
    const request = stand.request();
    const boxes = await fleetBoxes(
      request,
      fresh.map(({ id }) => id),
      stand.engine,
    );
    const dealing = new Dealing(request, stand.engine);
    for (const [percent, expected] of [
      [10, 20],
      [50, 100],
      [100, 200],
    ] as const) {
      await dealing.deal(percent, boxes);
      const got: string[] = [];
      for (let each = 0; each < 200; each++) got.push(await stand.ask());
      const share = got.filter((answer) => answer === "new").length;
      ok(Math.abs(share - expected) <= 2, `${share} of 200 for ${percent} %`);
    }
  });

  it("has a gate that sees whether boxes are well while they get nothing yet", async () => {
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 1));
    const gate: GateRequest = {
      ...{ fleet: "shop", edge: "edge", timeoutSeconds: 1, steadySeconds: 0 },
      boxes: Object.fromEntries(fresh.map(({ id }) => [id, id])),
      applications: [{ name: "shop", port: stand.port }],
    };
    const look = async () => (await lookAtBoxes(gate, new Set(), stand.engine))[0];
    const well = await look();
    deepEqual(well?.checks, [
      { application: "shop", healthy: true, detail: "UP L7OK 200 Layer7 check passed" },
    ]);
    for (const box of fresh) box.isWell = false;
    await stand.sees(1);
    // A second check must fail, too.
    await sleep(1000);
    equal((await look())?.checks[0]?.healthy, false);
    equal((await weights())["new-1"], 0);
  });

  it("goes over to new boxes that are as good, and loses nothing; whoever comes later is sent requests", async () => {
    const old = await stand.start("old", 2);
    const fresh = await besides(old, () => stand.start("new", 2));
    const load = stand.load(6);
    const { handOver, said } = over(fresh);
    await handOver.begin();
    await handOver.lead();
    const counted = await load.end();
    deepEqual(Object.keys(counted).sort(), ["new", "old"]);
    deepEqual(
      said.filter((line) => line.startsWith("the new boxes get")),
      [10, 50, 100].map((percent) => `the new boxes get ${percent} % of the requests, for 1 s`),
    );
    deepEqual(
      old.map(({ isRunning, restartPolicy }) => [isRunning, restartPolicy]),
      [
        [false, "no"],
        [false, "no"],
      ],
    );
    deepEqual(await weights(), { "new-1": 1, "new-2": 1, free: 1 });
  });

  for (const [what, manner, figures] of [
    [
      "fail 5 % of their requests",
      { failsEvery: 20 },
      /shop: new boxes failed \d+ of \d+ requests \(\d+\.\d %\), old ones 0 of \d+ requests \(0\.0 %\)/,
    ],
    [
      "take much longer",
      { milliseconds: 250 },
      /shop: new boxes took 2\d\d ms on average \(\d+ requests\), old ones \d+ ms on average/,
    ],
  ] as const)
    it(`goes back by itself from new boxes that ${what}, and names the figures`, async () => {
      const old = await stand.start("old", 2);
      const fresh = await besides(old, () => stand.start("new", 2, manner));
      const load = stand.load(16);
      const { handOver } = over(fresh, { slowerPercent: 200 });
      await handOver.begin();
      await rejects(handOver.lead(), (error: Error) => {
        match(
          error.message,
          /^fleet shop: expected new boxes that are no worse than the old ones, got worse ones within/,
        );
        match(error.message, figures);
        return true;
      });
      const { old: served = 0, new: tried, ...others } = await load.end();
      ok(served > 100 && tried !== undefined);
      // Nothing is lost but what the new boxes themselves failed.
      deepEqual(Object.keys(others), "failsEvery" in manner ? ["500"] : []);
      equal(
        others["500"] ?? 0,
        fresh.reduce((sum, box) => sum + box.failures, 0),
      );
      deepEqual(
        [...old, ...fresh].map(({ isRunning }) => isRunning),
        [true, true, false, false],
      );
      deepEqual(await weights(), { "old-1": 1, "old-2": 1, free: 1 });
      for (let each = 0; each < 20; each++) equal(await stand.ask(), "old");
    });

  it("counts connections that new boxes break, which the edge has tried again elsewhere", async () => {
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 1, { breaksEvery: 5 }));
    const load = stand.load(6);
    const { handOver } = over(fresh);
    await rejects(handOver.lead(), /shop: new boxes failed \d+ of \d+ requests/);
    deepEqual(Object.keys(await load.end()).sort(), ["new", "old"]);
  });

  it("goes back from a new box that ends while it has requests", async () => {
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 2));
    const { handOver } = over(fresh, { minimumRequests: 0 });
    const led = rejects(handOver.lead(), /box new-1: it has ended with exit code 0/);
    await sleep(700);
    fresh[0]?.kill();
    await led;
  });

  it("waits where too little comes, and then goes on or back as it is said", async () => {
    const quiet = { percents: [50, 100], bakeSeconds: 0, patienceSeconds: 1, minimumRequests: 5 };
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 1));
    const back = over(fresh, { ...quiet, tooFewRequests: "goBack" });
    await rejects(
      back.handOver.lead(),
      /expected 5 requests to each within 1 s, got 0 requests to new boxes and 0 to old ones: too few to judge by$/,
    );
    equal(fresh[0]?.isRunning, false);
    const on = over(fresh, quiet);
    await on.handOver.begin();
    await stand.sees(2);
    await on.handOver.lead();
    deepEqual(
      on.said.filter((line) => /few|waits/.test(line)),
      [
        "waits for 5 requests to each, for 1 s at most: 0 requests to new boxes and 0 to old ones so far",
        "expected 5 requests to each within 1 s, got 0 requests to new boxes and 0 to old ones: too few to judge by; it goes on",
      ],
    );
    deepEqual(await weights(), { "new-1": 1, free: 1 });
  });

  it("leads all requests back when it is interrupted, and is begun again by the next update", async () => {
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 1));
    const stop = new AbortController();
    const { handOver } = over(fresh, { minimumRequests: 0, bakeSeconds: 60 }, stop.signal);
    const led = rejects(handOver.lead(), /fleet shop: interrupted; the old boxes have all requests/);
    await sleep(500);
    ok(((await weights())["new-1"] ?? 0) > 0);
    stop.abort();
    await led;
    deepEqual(await weights(), { "old-1": 1, "new-1": 0, free: 0 });
    await over(fresh, { minimumRequests: 0, bakeSeconds: 0 }).handOver.lead();
    deepEqual(await weights(), { "new-1": 1, free: 1 });
  });

  it("takes those who served before it was killed for the old ones, and sends nothing to the ones it had tried", async () => {
    const old = await stand.start("old", 1);
    const tried = await besides(old, () => stand.start("tried", 1));
    const request = stand.request();
    const dealing = new Dealing(request, stand.engine);
    // Killed here: nobody leads back.
    await dealing.deal(50, await fleetBoxes(request, ["tried-1"], stand.engine));
    const fresh = await besides([...old, ...tried], () => stand.start("new", 1));
    const { handOver } = over(fresh, { bakeSeconds: 0, minimumRequests: 0 });
    await handOver.keepAway();
    deepEqual(await weights(), { "old-1": 1, "tried-1": 0, "new-1": 0, free: 0 });
    await handOver.lead();
    deepEqual(
      stand.boxes.map(({ isRunning }) => isRunning),
      [false, false, true],
    );
  });

  it("ends the old boxes where it was killed while it did so, and asks for no steps again", async () => {
    const old = await stand.start("old", 2);
    const fresh = await besides(old, () => stand.start("new", 1));
    const [first] = old;
    if (first) first.restartPolicy = "no";
    await first?.stop();
    const { handOver, said } = over(fresh);
    await handOver.begin();
    await handOver.keepAway();
    await handOver.lead();
    deepEqual(said, ["all requests go to the new boxes; the old ones drain"]);
    deepEqual(await weights(), { "new-1": 1, free: 1 });
    equal(old[1]?.isRunning, false);
  });

  it("compares nothing where the new boxes are made as the old ones, and goes on at once", async () => {
    const old = await stand.start("same", 2);
    await stand.sees(2);
    const { handOver, said } = over(old.slice(1));
    await handOver.lead();
    deepEqual(said, []);
    deepEqual(await weights(), { "same-1": 1, "same-2": 1, free: 1 });
  });

  it("holds at every edge: one that takes over begins with the weights, and one that forgot them is told again", async () => {
    const fresh = await besides(await stand.start("old", 1), () => stand.start("new", 1));
    const request = stand.request();
    const dealing = new Dealing(request, stand.engine);
    const boxes = await fleetBoxes(
      request,
      fresh.map(({ id }) => id),
      stand.engine,
    );
    await dealing.deal(10, boxes);
    const dealt = await weights();
    equal(dealt["old-1"], 9 * (dealt["new-1"] ?? 0));
    const states = await stand.engine.exec("edge", ["ask", "show", "servers", "state"]);
    await stand.startEdge("newer", `${states.stdout}\n`);
    deepEqual(await weights("newer"), dealt);
    await stand.killEdge("edge");
    await stand.startEdge("edge");
    await stand.sees(2);
    deepEqual(await weights(), { "old-1": 1, "new-1": 1, free: 1 });
    await dealing.deal(10, boxes);
    deepEqual([await weights(), await weights("newer")], [dealt, dealt]);
  });
});
