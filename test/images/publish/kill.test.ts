import { execa } from "execa";
import { strict as assert } from "node:assert";
import { rm } from "node:fs/promises";
import { publishDisk } from "../../../images/publish/publishDisk.ts";
import type { Published, PublishOptions } from "../../../images/publish/publishOptions.ts";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";

const WRITTEN = 24;

const spawnMain = (request: object, env: Record<string, string>) =>
  execa("node", ["images/publish/main.ts", JSON.stringify(request)], { env, reject: false });
type Run = ReturnType<typeof spawnMain>;

describe("main.ts, when its process is killed or stopped", function () {
  this.timeout("240s");
  const account = Account.use();
  let base: { disk: string; diskDigest: string };
  let disk: { disk: string; diskDigest: string };
  let layer: PublishOptions;
  let parentId: string;

  beforeEach(async () => {
    const blocks = Object.fromEntries(
      Array.from({ length: WRITTEN }, (_, index) => [index, "random" as const]),
    );
    base = await account.disks.make("base", 40 * BLOCK, { 1: "random", 30: "random" });
    disk = await account.disks.change(base.disk, "layer", blocks);
    parentId = (await publishDisk(account.options(base))).snapshotId;
    layer = { ...account.options(disk), parent: { ...base, snapshotId: parentId } };
    account.proxy.clear();
  });

  /** Publishes the chain of base and layer by the command line. `cache`: as on another machine. */
  const run = (options: { cache?: string; concurrency?: number } = {}): Run => {
    const { cache = `${account.disks.path}/cache`, concurrency = 2 } = options;
    const request = {
      name: "test",
      region: REGION,
      endpoint: account.proxy.endpoint,
      disks: [base, disk],
      concurrency,
      ...(options.cache === undefined ? { stateFolder: `${account.disks.path}/state` } : {}),
    };
    return spawnMain(request, { ...account.emulator.environment, XDG_CACHE_HOME: cache });
  };

  const assertPublished = async ({ snapshotId }: Published): Promise<void> => {
    await account.assertOnly(parentId, snapshotId);
    await account.assertHolds([parentId, snapshotId], layer.disk);
  };

  /** Kills the process when it makes the nth request of an operation, before or after the emulator has seen it. */
  const killAt = async (operation: string, nth: number, late: boolean): Promise<void> => {
    const running: { child?: Run } = {};
    account.proxy.fault = (request, count) => {
      if (request.operation !== operation || count !== nth) return undefined;
      running.child?.kill("SIGKILL");
      return late ? { kind: "lostAnswer" } : { kind: "reset" };
    };
    assert.equal((await (running.child = run())).signal, "SIGKILL");
    account.proxy.clear();
  };

  /** What the lock's 10 s bring about, at once: the lock of a killed process is free. */
  const freeLocks = (): Promise<void> =>
    rm(`${account.disks.path}/cache/immutable-fleets/locks`, { recursive: true, force: true });

  const points: [string, number][] = [
    ["StartSnapshot", 1],
    ["PutSnapshotBlock", 1],
    ["PutSnapshotBlock", WRITTEN],
    ["CompleteSnapshot", 1],
    ...Array.from({ length: 3 }, (): [string, number] => [
      "PutSnapshotBlock",
      2 + Math.floor(Math.random() * (WRITTEN - 2)),
    ]),
  ];
  for (const [operation, nth] of points) {
    for (const late of [false, true]) {
      it(`goes on after kill -9 at ${operation} ${nth}, ${late ? "after" : "before"} it was done`, async () => {
        await killAt(operation, nth, late);
        await freeLocks();
        const { stdout } = await run();
        await assertPublished(JSON.parse(stdout) as Published);
        const sentAgain = account.sent("PutSnapshotBlock").length;
        const acknowledged = operation === "PutSnapshotBlock" ? nth - 1 : 0;
        if (operation === "CompleteSnapshot") assert.equal(sentAgain, 0);
        else assert.ok(sentAgain <= WRITTEN - acknowledged + 2, `${sentAgain} blocks were sent again`);
      });
    }
  }

  it("sweeps the pending snapshot of a killed run when another disk is published", async () => {
    await killAt("PutSnapshotBlock", 5, true);
    assert.equal((await account.snapshots()).length, 2);
    const other = await account.disks.change(base.disk, "other", { 3: "random" });
    await freeLocks();
    process.env["XDG_CACHE_HOME"] = `${account.disks.path}/cache`;
    try {
      const published = await publishDisk({ ...layer, ...other });
      await account.assertOnly(parentId, published.snapshotId);
    } finally {
      delete process.env["XDG_CACHE_HOME"];
    }
  });

  it("waits for the lock of a killed run, which is free after 10 s", async () => {
    await killAt("PutSnapshotBlock", 5, false);
    const { stdout } = await run();
    await assertPublished(JSON.parse(stdout) as Published);
  });

  it("makes one snapshot when two machines publish the same disk at a time", async () => {
    const both = await Promise.all([
      run({ cache: `${account.disks.path}/one` }),
      run({ cache: `${account.disks.path}/two` }),
    ]);
    const ids = both.map(({ stdout }) => (JSON.parse(stdout) as Published).snapshotId);
    assert.equal(ids[0], ids[1]);
    await account.assertOnly(parentId, ids[0] ?? "");
    await account.assertHolds([parentId, ids[0] ?? ""], layer.disk);
  });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`deletes the pending snapshot on ${signal}, and exits with ${code}`, async () => {
      const running: { child?: Run } = {};
      account.proxy.fault = ({ operation }, count) => {
        if (operation === "PutSnapshotBlock" && count === 7) running.child?.kill(signal);
        return undefined;
      };
      const { exitCode, stderr } = await (running.child = run());
      assert.equal(exitCode, code, stderr);
      assert.match(stderr, /deleted the pending snap-/u);
      await account.assertOnly(parentId);
      account.proxy.clear();
      const { stdout } = await run();
      await assertPublished(JSON.parse(stdout) as Published);
    });
  }
});
