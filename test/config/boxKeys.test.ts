import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

/** What the boxes of a fleet have beyond the usual, and those of the accessory. */
function shapes(...changes: readonly (readonly [path: string, value: unknown])[]) {
  const plan = environmentPlan(validate(changed(...changes), surroundings));
  const { fleets, accessories } = targetOf(plan, "containers");
  return Object.fromEntries([
    ...fleets.map(({ name, limits }) => [name, limits.shape] as const),
    ...accessories.map(({ name, shape }) => [name, shape] as const),
  ]);
}
const path = "applications/orders";

describe("what boxes have beyond the usual", () => {
  it("is nothing where nothing is said, or only that nothing is", () => {
    deepEqual(shapes(), { shop: undefined, orders: undefined, database: undefined });
    deepEqual(shapes([`${path}/init`, false], [`${path}/ulimits`, {}])["orders"], undefined);
  });

  it("is what an application or accessory says", () => {
    const said = shapes(
      [`${path}/ulimits`, { nofile: 65536, memlock: -1, nproc: { soft: 10, hard: 20 } }],
      [`${path}/init`, true],
      ["accessories/database/shmSize", "256 MiB"],
    );
    deepEqual(said, {
      shop: undefined,
      orders: { ulimits: { nofile: [65536, 65536], memlock: [-1, -1], nproc: [10, 20] }, init: true },
      database: { shmMebibytes: 256 },
    });
  });

  it("is as much as any application of the box asks for", () => {
    const both = shapes(
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
      ["applications/catalog/ulimits", { nofile: { soft: 100, hard: 5000 }, memlock: 8 }],
      [`${path}/ulimits`, { nofile: { soft: 200, hard: 400 }, memlock: -1 }],
      ["applications/catalog/shmSize", "1 GiB"],
      [`${path}/shmSize`, "100 KiB"],
    );
    deepEqual(both["shop"], { ulimits: { nofile: [200, 5000], memlock: [-1, -1] }, shmMebibytes: 1024 });
  });

  refuses(
    "is refused where it cannot be",
    [
      [`${path}/ulimits`, { files: 3 }],
      [`${path}/shmSize`, "64m"],
      ["accessories/database/init", "yes"],
      ["accessories/database/volatile", ["/var/cache:rw"]],
      ["accessories/database/ulimits", { core: "none" }],
    ],
    [
      "applications.orders.ulimits.files: expected one of core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack, got files; rename it",
      "applications.orders.shmSize: expected a size such as 512 MiB, got 64m; write 64 MiB",
      "accessories.database.ulimits.core: expected a number (-1: no limit), or a soft and a hard one: { soft: 1024, hard: 65536 }, got none; correct it",
      "accessories.database.init: expected true or false, got yes; write true",
      "accessories.database.volatile[0]: expected an absolute path without spaces or colons, but for :exec at its end, got /var/cache:rw; correct it",
    ],
  );
  refuses(
    "is refused where limits contradict each other",
    [[`${path}/ulimits`, { nofile: -1, nproc: { soft: 20, hard: 10 }, memlock: { soft: -1, hard: 1 } }]],
    [
      "applications.orders.ulimits.nofile: expected a number of files, got -1; name one, such as 1048576",
      "applications.orders.ulimits.nproc: expected a soft limit of at most the hard one, got soft 20, hard 10; correct one of them",
      "applications.orders.ulimits.memlock: expected a soft limit of at most the hard one, got soft -1, hard 1; correct one of them",
    ],
  );
  refuses(
    "is refused of a first process where systemd is one",
    [
      [`${path}/init`, true],
      ["fleets/orders/init", "systemd"],
    ],
    [
      "applications.orders.init: expected none, since the boxes of orders run systemd, which is such a process, got true; remove it",
    ],
  );
});
