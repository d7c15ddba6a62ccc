import { execa } from "execa";
import { strict as assert } from "node:assert";
import { rm } from "node:fs/promises";
import { publishDisk } from "../../../images/publish/upload/publishDisk.ts";
import type { Published, PublishOptions } from "../../../images/publish/upload/publishOptions.ts";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";
import { sideBySide, type Case } from "./fixture/sideBySide.ts";

const WRITTEN = 24;

const spawnMain = (request: object, env: Record<string, string>) =>
  execa("node", ["images/publish/main.ts", JSON.stringify(request)], { env, reject: false });
type Run = ReturnType<typeof spawnMain>;

/** A published base and a layer on it that is published by the command line. */
class Publication {
  readonly account: Account;
  base!: { disk: string; diskDigest: string };
  disk!: { disk: string; diskDigest: string };
  layer!: PublishOptions;
  parentId!: string;

  private constructor(account: Account) {
    this.account = account;
  }

  static async prepare(account: Account): Promise<Publication> {
    const made = new Publication(account);
    const blocks = Object.fromEntries(
      Array.from({ length: WRITTEN }, (_, index) => [index, "random" as const]),
    );
    made.base = await account.disks.make("base", 40 * BLOCK, { 1: "random", 30: "random" });
    made.disk = await account.disks.change(made.base.disk, "layer", blocks);
    made.parentId = (await publishDisk(account.options(made.base))).snapshotId;
    made.layer = { ...account.options(made.disk), parent: { ...made.base, snapshotId: made.parentId } };
    account.proxy.clear();
    return made;
  }

  /** Publishes the chain of base and layer by the command line. `cache`: as on another machine. */
  run(options: { cache?: string } = {}): Run {
    const { account } = this;
    const { cache = `${account.disks.path}/cache` } = options;
    const request = {
      name: "test",
      region: REGION,
      endpoint: account.proxy.endpoint,
      disks: [this.base, this.disk],
      concurrency: 2,
      ...(options.cache === undefined ? { stateFolder: `${account.disks.path}/state` } : {}),
    };
    return spawnMain(request, { ...account.emulator.environment, XDG_CACHE_HOME: cache });
  }

  async assertPublished({ snapshotId }: Published): Promise<void> {
    await this.account.assertOnly(this.parentId, snapshotId);
    await this.account.assertHolds([this.parentId, snapshotId], this.layer.disk);
  }

  /** Kills the process when it makes the nth request of an operation, before or after the emulator has seen it. */
  async killAt(operation: string, nth: number, late: boolean): Promise<void> {
    const running: { child?: Run } = {};
    this.account.proxy.fault = (request, count) => {
      if (request.operation !== operation || count !== nth) return undefined;
      running.child?.kill("SIGKILL");
      return late ? { kind: "lostAnswer" } : { kind: "reset" };
    };
    assert.equal((await (running.child = this.run())).signal, "SIGKILL");
    this.account.proxy.clear();
  }

  /** What the lock's 10 s bring about, at once: the lock of a killed process is free. */
  freeLocks(): Promise<void> {
    return rm(`${this.account.disks.path}/cache/immutable-fleets/locks`, { recursive: true, force: true });
  }
}

const points: [string, number][] = [
  ["StartSnapshot", 1],
  ["PutSnapshotBlock", 1],
  ["PutSnapshotBlock", WRITTEN],
  ["CompleteSnapshot", 1],
  // Any between them, another one in each run.
  ["PutSnapshotBlock", 2 + Math.floor(Math.random() * (WRITTEN - 2))],
];

function killed(operation: string, nth: number, late: boolean): Case {
  const title = `goes on after kill -9 at ${operation} ${nth}, ${late ? "after" : "before"} it was done`;
  return {
    title,
    run: async (account) => {
      const publication = await Publication.prepare(account);
      await publication.killAt(operation, nth, late);
      await publication.freeLocks();
      const { stdout } = await publication.run();
      await publication.assertPublished(JSON.parse(stdout) as Published);
      const sentAgain = account.sent("PutSnapshotBlock").length;
      const acknowledged = operation === "PutSnapshotBlock" ? nth - 1 : 0;
      if (operation === "CompleteSnapshot") assert.equal(sentAgain, 0);
      else assert.ok(sentAgain <= WRITTEN - acknowledged + 2, `${sentAgain} blocks were sent again`);
    },
  };
}

function stopped(signal: "SIGINT" | "SIGTERM", code: number): Case {
  return {
    title: `deletes the pending snapshot on ${signal}, and exits with ${code}`,
    run: async (account) => {
      const publication = await Publication.prepare(account);
      const running: { child?: Run } = {};
      account.proxy.fault = ({ operation }, count) => {
        if (operation === "PutSnapshotBlock" && count === 7) running.child?.kill(signal);
        return undefined;
      };
      const { exitCode, stderr } = await (running.child = publication.run());
      assert.equal(exitCode, code, stderr);
      assert.match(stderr, /deleted the pending snap-/u);
      await account.assertOnly(publication.parentId);
      account.proxy.clear();
      const { stdout } = await publication.run();
      await publication.assertPublished(JSON.parse(stdout) as Published);
    },
  };
}

const waiting: Case = {
  title: "waits for the lock of a killed run, which is free after 10 s",
  run: async (account) => {
    const publication = await Publication.prepare(account);
    await publication.killAt("PutSnapshotBlock", 5, false);
    const { stdout } = await publication.run();
    await publication.assertPublished(JSON.parse(stdout) as Published);
  },
};

const twice: Case = {
  title: "makes one snapshot when two machines publish the same disk at a time",
  run: async (account) => {
    const publication = await Publication.prepare(account);
    const both = await Promise.all([
      publication.run({ cache: `${account.disks.path}/one` }),
      publication.run({ cache: `${account.disks.path}/two` }),
    ]);
    const ids = both.map(({ stdout }) => (JSON.parse(stdout) as Published).snapshotId);
    assert.equal(ids[0], ids[1]);
    await publication.assertPublished(JSON.parse(both[0].stdout) as Published);
  },
};

describe("main.ts, when its process is killed or stopped", function () {
  this.timeout("240s");
  sideBySide([
    waiting,
    ...points.flatMap(([operation, nth]) => [killed(operation, nth, false), killed(operation, nth, true)]),
    twice,
    stopped("SIGINT", 130),
    stopped("SIGTERM", 143),
  ]);
});

describe("publishDisk, after a run that was killed", function () {
  this.timeout("240s");
  const account = Account.use();

  it("sweeps the pending snapshot when another disk is published", async () => {
    const publication = await Publication.prepare(account);
    await publication.killAt("PutSnapshotBlock", 5, true);
    assert.equal((await account.snapshots()).length, 2);
    const other = await account.disks.change(publication.base.disk, "other", { 3: "random" });
    await publication.freeLocks();
    process.env["XDG_CACHE_HOME"] = `${account.disks.path}/cache`;
    try {
      const published = await publishDisk({ ...publication.layer, ...other });
      await account.assertOnly(publication.parentId, published.snapshotId);
    } finally {
      delete process.env["XDG_CACHE_HOME"];
    }
  });
});
