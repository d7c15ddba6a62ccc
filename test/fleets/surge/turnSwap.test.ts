import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stand } from "../canary/support/Stand.ts";
import { withStands } from "../canary/support/withStands.ts";
import { Fleet } from "./support/Fleet.ts";

describe("a swap by turns before HAProxy itself", function () {
  this.timeout(120_000);
  let stand: Stand;
  let fleet: Fleet;
  withStands(false, (each) => (stand = each));

  /** A fleet that serves, of so many boxes of the image `old`. */
  async function serving(count: number, maxSurge: number): Promise<Fleet> {
    fleet = new Fleet(stand, count, maxSurge);
    await fleet.update("old");
    deepEqual(fleet.said, []);
    return fleet;
  }

  /** What happens under load: no request is lost, there are never too many boxes, and never too few that serve. */
  async function underLoad(count: number, most: number, work: () => Promise<void>): Promise<void> {
    const load = stand.load(6);
    const end = fleet.watch();
    await work().finally(end);
    const { old = 0, new: fresh = 0, newer = 0, ...others } = await load.end();
    deepEqual(others, {});
    ok(old + fresh + newer > 100);
    equal(fleet.most, most);
    ok(fleet.fewest >= count, `${fleet.fewest} serve`);
  }

  const all = (image: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${image}-${index + 1}`);

  it("goes over box by box, and loses nothing", async () => {
    await serving(3, 1);
    await underLoad(3, 4, async () => {
      await fleet.update("new");
    });
    deepEqual(fleet.running, all("new", 3));
    deepEqual(
      fleet.said,
      [1, 2, 3].map((turn) => `turn ${turn} of 3: new boxes are healthy, old ones drain: shop-${turn}`),
    );
    deepEqual(
      stand.boxes.map(({ restartPolicy }) => restartPolicy),
      ["no", "no", "no", "always", "always", "always"],
    );
  });

  it("goes back when a turn fails: all old boxes serve again, and nothing is lost", async () => {
    await serving(5, 2);
    const manner = (turn: number) => ({ isSick: turn === 3 });
    await underLoad(5, 7, () =>
      rejects(fleet.update("new", { manner }), (error: Error) => {
        match(error.message, /^fleet shop: expected all new boxes healthy within 3 s .*, got 1 of 5 /);
        return true;
      }),
    );
    deepEqual(fleet.running, all("old", 5));
    equal(fleet.said.at(-1), "turn 3 of 3 failed: new boxes are stopped, and old ones serve again");
    equal(await stand.healthy("edge"), 5);
    // The same boxes again, once they are well.
    for (const box of stand.boxes) box.isWell = true;
    const fresh = stand.boxes.filter(({ image }) => image === "new");
    await underLoad(5, 7, () => fleet.gate(fresh, 3));
    deepEqual(fleet.running, all("new", 5));
  });

  it("begins with room for it where it was killed, and goes back to whom it began with, by another image", async () => {
    await serving(3, 1);
    await fleet.update("new", { turns: 1 });
    const [second] = await stand.start("new", 1, {}, 2);
    if (second) second.isWell = false;
    await underLoad(3, 4, async () => {
      deepEqual(await fleet.makeRoom(), ["shop-2"]);
      deepEqual(fleet.running, ["new-1", "old-2", "old-3"]);
      const manner = (turn: number) => ({ isSick: turn === 2 });
      await rejects(fleet.update("newer", { manner }), /got 1 of 2 that are not/);
    });
    deepEqual(fleet.running, all("old", 3));
  });

  it("leaves all as it is when it is interrupted or killed, for the next one to go on with", async () => {
    await serving(3, 1);
    const stop = new AbortController();
    const manner = (turn: number) => ({ isSick: turn === 2 });
    await underLoad(3, 4, async () => {
      const led = rejects(fleet.update("new", { manner, signal: stop.signal }), /^Error: interrupted/);
      while (!fleet.running.includes("new-2")) await sleep(50);
      stop.abort();
      await led;
      deepEqual(fleet.running, ["new-1", "new-2", "old-2", "old-3"]);
      for (const box of stand.boxes) box.isWell = true;
      await fleet.update("new");
    });
    deepEqual(fleet.running, all("new", 3));
  });

  it("keeps boxes made anew like the old ones where a later turn fails: they are as good", async () => {
    await serving(3, 1);
    for (const box of stand.boxes) Object.assign(box, { id: `first-${box.name}` });
    const manner = (turn: number) => ({ isSick: turn === 2 });
    await underLoad(3, 4, () => rejects(fleet.update("old", { manner }), /got 1 of 2 that are not/));
    deepEqual(fleet.running, ["first-shop-2", "first-shop-3", "old-1"]);
  });
});
