import { strict as assert } from "node:assert";
import { truncateSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { uploadKey } from "../../../images/publish/snapshot/identity.ts";
import { publishDisk } from "../../../images/publish/upload/publishDisk.ts";
import type { Published, PublishOptions } from "../../../images/publish/upload/publishOptions.ts";
import type { Fault } from "../../emulator/faultProxy.ts";
import { Account, STALLING } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";
import { sideBySide, type Case } from "./fixture/sideBySide.ts";

const status = (code: number, name: string): Fault => ({ kind: "status", status: code, code: name });

/** A published base, and a layer on it. */
interface Prepared {
  layer: PublishOptions;
  parentId: string;
}

async function prepare(account: Account): Promise<Prepared> {
  const blocks = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [index * 2, "random" as const]));
  const base = await account.disks.make("base", 40 * BLOCK, { 1: "random", 2: "random", 5: "random" });
  const disk = await account.disks.change(base.disk, "layer", { ...blocks, 5: "zero" });
  const parentId = (await publishDisk(account.options(base))).snapshotId;
  account.proxy.clear();
  return { layer: { ...account.options(disk), parent: { ...base, snapshotId: parentId } }, parentId };
}

async function assertHolds(
  account: Account,
  { layer, parentId }: Prepared,
  published: Published,
): Promise<void> {
  assert.equal(published.written, 13);
  await account.assertOnly(parentId, published.snapshotId);
  await account.assertHolds([parentId, published.snapshotId], layer.disk);
}

/** Faults of every request of some operations, a few times each. */
const passing: [string, Fault][] = [
  ["throttling", status(400, "RequestThrottledException")],
  ["throttling by EC2's name", status(400, "ThrottlingException")],
  ["500", status(500, "InternalServerException")],
  ["503", status(503, "ServiceUnavailable")],
  ["a reset before the request arrives", { kind: "reset" }],
  ["an answer that is lost", { kind: "lostAnswer" }],
  ["a stalled connection", { kind: "stall" }],
];

/** All of them in one run: each request of the operation meets the next one, for they are outlasted by the same code. */
function outlasts(operation: string): Case {
  return {
    title: `outlasts of ${operation} ${passing.map(([name]) => name).join(", ")}`,
    run: async (account) => {
      const prepared = await prepare(account);
      account.proxy.fault = (request, count) =>
        request.operation === operation ? passing[count - 1]?.[1] : undefined;
      const published = await publishDisk({ ...prepared.layer, retry: STALLING });
      await assertHolds(account, prepared, published);
      assert.equal(account.proxy.requests.filter(({ faulty }) => faulty).length, passing.length);
    },
  };
}

/** Failures that end the run: the pending snapshot is deleted, and the next run completes. */
const ending: [string, Fault, RegExp, number][] = [
  ["an answer that repeating cannot mend", status(403, "AccessDeniedException"), /injected/u, 1],
  ["a service that stays down", status(503, "ServiceUnavailable"), /injected/u, 7],
  ["a line that damages every block", { kind: "corrupt" }, /checksum/u, 13],
];

function endsAfter(name: string, fault: Fault, message: RegExp, failing: number): Case {
  return {
    title: `deletes the pending snapshot after ${name} from block ${failing} on; the next run completes`,
    run: async (account) => {
      const prepared = await prepare(account);
      const { layer, parentId } = prepared;
      account.proxy.fault = ({ operation }, count) =>
        operation === "PutSnapshotBlock" && count >= failing ? fault : undefined;
      await assert.rejects(publishDisk({ ...layer, retry: { ...layer.retry, attempts: 3 } }), message);
      await account.assertOnly(parentId);
      account.proxy.clear();
      await assertHolds(account, prepared, await publishDisk(layer));
    },
  };
}

describe("publishDisk, when requests of one kind fail", function () {
  this.timeout("180s");
  const operations = ["StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "DescribeSnapshots"];
  sideBySide([
    ...operations.map(outlasts),
    ...ending.map(([name, fault, message, failing]) => endsAfter(name, fault, message, failing)),
  ]);
});

describe("publishDisk, when requests fail", function () {
  this.timeout("180s");
  const account = Account.use();
  let prepared: Prepared;
  let layer: PublishOptions;
  let parentId: string;

  beforeEach(async () => {
    prepared = await prepare(account);
    ({ layer, parentId } = prepared);
  });

  const assertPublished = (published: Published): Promise<void> => assertHolds(account, prepared, published);

  it("outlasts faults of every kind, of every third request", async () => {
    account.proxy.fault = (_, count) => (count % 3 === 1 ? passing[count % passing.length]?.[1] : undefined);
    await assertPublished(await publishDisk({ ...layer, retry: STALLING }));
  });

  it("sends a block again that was damaged on the way: AWS refuses its checksum", async () => {
    account.proxy.fault = ({ operation }, count) =>
      operation === "PutSnapshotBlock" && count <= 5 ? { kind: "corrupt" } : undefined;
    await assertPublished(await publishDisk(layer));
  });

  it("waits for a new snapshot that does not exist yet", async () => {
    account.proxy.fault = ({ operation }, count) =>
      operation === "PutSnapshotBlock" && count <= 20
        ? { ...status(404, "ResourceNotFoundException"), message: "The snapshot does not exist." }
        : undefined;
    await assertPublished(await publishDisk(layer));
  });

  it("refuses to complete a snapshot with a wrong aggregate, deletes it, and the next run completes", async () => {
    account.proxy.fault = ({ operation, headers }) => {
      if (operation === "CompleteSnapshot") headers["x-amz-checksum"] = Buffer.alloc(32).toString("base64");
      return undefined;
    };
    await assert.rejects(
      publishDisk({ ...layer, retry: { ...layer.retry, attempts: 2 } }),
      /aggregated checksum/u,
    );
    await account.assertOnly(parentId);
    account.proxy.clear();
    await assertPublished(await publishDisk(layer));
  });

  it("keeps the upload when the credentials expire, since nothing can be deleted; the next run goes on with it", async () => {
    let expired = false;
    account.proxy.fault = ({ operation }, count) => {
      if (operation === "PutSnapshotBlock") expired ||= count > 6;
      return expired ? status(403, "ExpiredTokenException") : undefined;
    };
    await assert.rejects(publishDisk({ ...layer, concurrency: 2 }), { name: "ExpiredTokenException" });
    const pending = (await account.snapshots()).filter(({ State }) => State === "pending");
    assert.equal(pending.length, 1);
    account.proxy.clear();
    const published = await publishDisk(layer);
    assert.equal(published.snapshotId, pending[0]?.SnapshotId);
    // Of two requests under way, the one whose answer was not awaited any more may be sent again.
    const again = account.sentBlocks();
    assert.ok(
      again >= 13 - 6 && again <= 13 - 5,
      `${again} blocks sent, what was acknowledged is not sent again`,
    );
    assert.equal(account.sent("StartSnapshot").length, 0);
    await assertPublished(published);
  });

  it("goes on with another machine's pending snapshot, without its journal", async () => {
    account.proxy.fault = ({ operation }, count) =>
      operation === "PutSnapshotBlock" && count > 6 ? status(403, "ExpiredTokenException") : undefined;
    await assert.rejects(publishDisk({ ...layer, stateFolder: `${account.disks.path}/elsewhere` }));
    account.proxy.clear();
    const published = await publishDisk(layer);
    assert.equal(account.sentBlocks(), 13);
    await assertPublished(published);
  });

  it("makes a new snapshot when the token's first one is gone, on a machine that does not know it", async () => {
    const first = await publishDisk(layer);
    await account.deleteSnapshot(first.snapshotId);
    const quick = { ...layer.retry, notYetMilliseconds: 300 };
    const published = await publishDisk({
      ...layer,
      retry: quick,
      stateFolder: `${account.disks.path}/elsewhere`,
    });
    assert.notEqual(published.snapshotId, first.snapshotId);
    await assertPublished(published);
    await account.deleteSnapshot(published.snapshotId);
    const again = await publishDisk({
      ...layer,
      retry: quick,
      stateFolder: `${account.disks.path}/elsewhere`,
    });
    await assertPublished(again);
    assert.equal(
      account.sent("StartSnapshot").length,
      1 + 2 + 1,
      "the machine that knows takes the next token at once",
    );
  });

  it("stops on a signal and deletes the pending snapshot", async () => {
    const stopping = new AbortController();
    account.proxy.fault = ({ operation }, count) => {
      if (operation === "PutSnapshotBlock" && count === 4) stopping.abort();
      return undefined;
    };
    await assert.rejects(publishDisk({ ...layer, signal: stopping.signal }), { name: "AbortError" });
    await account.assertOnly(parentId);
    account.proxy.clear();
    await assertPublished(await publishDisk(layer));
  });

  it("stops on a signal in the middle of a stalled request", async () => {
    account.proxy.fault = ({ operation }) =>
      operation === "PutSnapshotBlock" ? { kind: "stall" } : undefined;
    const signal = AbortSignal.timeout(300);
    await assert.rejects(publishDisk({ ...layer, signal, retry: { requestMilliseconds: 60_000 } }));
    await account.assertOnly(parentId);
  });

  it("reports a disk that cannot be read, deletes the pending snapshot, and the next run completes", async () => {
    await assert.rejects(publishDisk({ ...layer, disk: account.disks.path }), /to be a regular file/u);
    await account.assertOnly(parentId);
    await assertPublished(await publishDisk(layer));
  });

  it("reports a disk that becomes shorter meanwhile, deletes the pending snapshot, and the next run completes", async () => {
    const { disk } = await account.disks.change(layer.disk, "shortened", {});
    account.proxy.fault = ({ operation }, count) => {
      if (operation === "PutSnapshotBlock" && count === 2) truncateSync(disk, 5 * BLOCK);
      return undefined;
    };
    await assert.rejects(
      publishDisk({ ...layer, disk, concurrency: 1 }),
      /do not change a disk while it is published/u,
    );
    await account.assertOnly(parentId);
    await assertPublished(await publishDisk(layer));
  });

  /** Files of the state folder, each of which in turn is on a full disk. */
  const full: [string, () => string][] = [
    ["manifest", () => `manifests/${layer.diskDigest.slice("sha256:".length)}.blocks.partial`],
    ["state", () => `uploads/${layerKey()}/.state.json.${process.pid}.partial`],
    ["journal", () => `uploads/${layerKey()}/sent`],
  ];
  const layerKey = (): string => {
    const { diskDigest, region, endpoint } = layer;
    return uploadKey({ diskDigest, region, endpoint, encryption: "none", parentSnapshotId: parentId });
  };
  for (const [name, file] of full) {
    it(`reports a full disk under the ${name}, deletes the pending snapshot, and the next run completes`, async () => {
      const path = `${account.disks.path}/full/${file()}`;
      await mkdir(dirname(path), { recursive: true });
      await symlink("/dev/full", path);
      const stateFolder = `${account.disks.path}/full`;
      await assert.rejects(publishDisk({ ...layer, stateFolder }), { code: "ENOSPC" });
      await account.assertOnly(parentId);
      await rm(path, { force: true });
      await assertPublished(await publishDisk({ ...layer, stateFolder }));
    });
  }

  it("deletes a snapshot whose id it was never told, since every answer was lost", async () => {
    account.proxy.fault = ({ operation }) =>
      operation === "StartSnapshot" ? { kind: "lostAnswer" } : undefined;
    await assert.rejects(publishDisk({ ...layer, retry: { ...layer.retry, attempts: 2 } }));
    await account.assertOnly(parentId);
    account.proxy.clear();
    await assertPublished(await publishDisk(layer));
  });
});
