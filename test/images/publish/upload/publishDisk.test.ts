import { strict as assert } from "node:assert";
import { hash } from "node:crypto";
import { rm } from "node:fs/promises";
import { publishChain } from "../../../../images/publish/upload/publishChain.ts";
import { owner } from "../../../../config/owner.ts";
import { ownerMark } from "../../../../images/publish/snapshot/snapshotTags.ts";
import { publishDisk } from "../../../../images/publish/upload/publishDisk.ts";
import { Account } from "../fixture/account.ts";
import { BLOCK } from "../fixture/disks.ts";

describe("publishDisk", function () {
  this.timeout("180s");
  const account = Account.use();
  const size = 40 * BLOCK;

  it("sends the blocks that are not zero, and the snapshot reads back as the disk", async () => {
    const disk = await account.disks.make("base", size + 1000, {
      0: "random",
      7: "random",
      8: "zero",
      40: "random",
    });
    const published = await publishDisk(account.options(disk));
    assert.deepEqual([published.written, published.skipped, published.reused], [3, 38, false]);
    await account.assertOnly(published.snapshotId);
    await account.assertHolds([published.snapshotId], disk.disk);
  });

  it("costs one look-up when the disk is published already, and does not read the disk", async () => {
    const disk = await account.disks.make("base", size, { 3: "random" });
    const first = await publishDisk(account.options(disk));
    account.proxy.clear();
    const again = await publishDisk({
      ...account.options(disk),
      disk: "/dev/null",
      stateFolder: "/nowhere",
    }).catch((error: unknown) => error);
    assert.match(String(again), /disk: expected a disk with data/u);
    const second = await publishDisk({ ...account.options(disk), stateFolder: "/nowhere" });
    assert.deepEqual(second, { ...first, written: 0, skipped: 0, reused: true });
    assert.deepEqual(
      account.proxy.requests.map(({ operation }) => operation),
      ["DescribeSnapshots"],
    );
  });

  it("sends a layer's changed blocks only, those that became zero among them", async () => {
    const base = await account.disks.make("base", size, {
      0: "random",
      1: "random",
      2: "random",
      30: "random",
    });
    const layer = await account.disks.change(base.disk, "layer", { 1: "random", 2: "zero", 9: "random" });
    const below = await publishDisk(account.options(base));
    account.proxy.clear();
    const parent = { ...base, snapshotId: below.snapshotId };
    const published = await publishDisk({ ...account.options(layer), parent });
    assert.deepEqual([published.written, published.skipped], [3, 37]);
    assert.deepEqual(
      account
        .sent("PutSnapshotBlock")
        .map(({ path }) => Number(/blocks\/(\d+)/u.exec(path)?.[1]))
        .sort(),
      [1, 2, 9],
    );
    await account.assertHolds([below.snapshotId, published.snapshotId], layer.disk);
  });

  it("needs the parent's block manifest or its disk, not both, and takes neither from somewhere else", async () => {
    const base = await account.disks.make("base", size, { 0: "random" });
    const layer = await account.disks.change(base.disk, "layer", { 1: "random" });
    const { snapshotId } = await publishDisk(account.options(base));
    await rm(`${account.disks.path}/state`, { recursive: true });
    const { disk, ...withoutDisk } = { ...base, snapshotId };
    await assert.rejects(
      publishDisk({ ...account.options(layer), parent: withoutDisk }),
      /parent\.disk: expected/u,
    );
    const published = await publishDisk({ ...account.options(layer), parent: { ...withoutDisk, disk } });
    assert.equal(published.written, 1);
    await account.assertOnly(snapshotId, published.snapshotId);
  });

  it("refuses a parent that is another disk, or is encrypted otherwise, before anything is sent", async () => {
    const base = await account.disks.make("base", size, { 0: "random" });
    const other = await account.disks.make("other", size, { 0: "random" });
    const { snapshotId } = await publishDisk(account.options(base));
    const layer = { ...account.options(await account.disks.change(base.disk, "layer", { 1: "random" })) };
    account.proxy.clear();
    await assert.rejects(publishDisk({ ...layer, parent: { ...other, snapshotId } }), /disk-digest=sha256:/u);
    await assert.rejects(
      publishDisk({ ...layer, encrypted: true, parent: { ...base, snapshotId } }),
      /expected encryption default-key, got none/u,
    );
    await assert.rejects(
      publishDisk({ ...layer, parent: { ...base, snapshotId: "snap-0123" } }),
      /got no snap-0123/u,
    );
    assert.equal(account.sent("StartSnapshot").length, 0);
  });

  it("publishes a chain base first; published again, the whole chain costs one look-up", async () => {
    const base = await account.disks.make("base", size, { 0: "random", 5: "random" });
    const middle = await account.disks.change(base.disk, "middle", { 5: "random" });
    const top = await account.disks.change(middle.disk, "top", { 5: "zero", 6: "random" }, size + 5 * BLOCK);
    const { disk, diskDigest, ...common } = account.options(top);
    const published = await publishChain([base, middle, { disk, diskDigest }], common);
    assert.equal(published.written, 2 + 1 + 2);
    const chain = (await account.snapshots()).map(({ SnapshotId }) => SnapshotId ?? "");
    assert.equal(chain.length, 3);
    await account.assertHolds(chain, top.disk);
    account.proxy.clear();
    assert.equal((await publishChain([base, middle, top], common)).snapshotId, published.snapshotId);
    assert.equal(account.proxy.requests.length, 1);
  });

  it("makes one snapshot when two publish the same disk at a time", async () => {
    const disk = await account.disks.make("base", size, { 0: "random", 1: "random", 2: "random" });
    const both = await Promise.all([publishDisk(account.options(disk)), publishDisk(account.options(disk))]);
    assert.equal(both[0].snapshotId, both[1].snapshotId);
    assert.deepEqual(both.map(({ reused }) => reused).sort(), [false, true]);
    await account.assertOnly(both[0].snapshotId);
  });

  it("names the snapshot by its tags, and passes the caller's", async () => {
    const disk = await account.disks.make("base", size, { 0: "random" });
    await publishDisk({
      ...account.options(disk),
      inputDigest: "sha256:in",
      tags: { Fleet: "shop", Owner: "a&b é" },
    });
    const [snapshot] = await account.snapshots();
    const tags = Object.fromEntries((snapshot?.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
    assert.deepEqual(tags, {
      Fleet: "shop",
      Owner: "a&b é",
      "immutable-fleets:disk-digest": disk.diskDigest,
      "immutable-fleets:input-digest": "sha256:in",
      "immutable-fleets:encryption": "none",
      "immutable-fleets:upload": "block-by-block",
      [ownerMark(owner())]: "",
    });
  });

  it("reports every wrong option at once", async () => {
    const disk = await account.disks.make("base", size, { 0: "random" });
    const wrong = { diskDigest: "md5:1", concurrency: 0, kmsKeyArn: "alias/x", tags: { "aws:x": "y" } };
    await assert.rejects(publishDisk({ ...account.options(disk), ...wrong }), (error: Error) => {
      assert.equal(error.message.split("\n").length, 5);
      return true;
    });
    assert.equal(account.proxy.requests.length, 0);
  });

  it("sends what the documentation of the EBS direct APIs asks for", async () => {
    const disk = await account.disks.make("base", size, { 0: "random", 9: "random" });
    await publishDisk(account.options(disk));
    const puts = account.sent("PutSnapshotBlock");
    for (const { headers, dataChecksum, dataBytes } of puts) {
      assert.equal(headers["x-amz-checksum"], dataChecksum);
      assert.equal(headers["x-amz-checksum-algorithm"], "SHA256");
      assert.equal(headers["x-amz-data-length"], "524288");
      assert.equal(dataBytes, BLOCK);
    }
    const digests = puts
      .map(({ path, dataChecksum = "" }) => ({
        index: Number(/blocks\/(\d+)/u.exec(path)?.[1]),
        dataChecksum,
      }))
      .sort((a, b) => a.index - b.index)
      .map(({ dataChecksum }) => Buffer.from(dataChecksum, "base64"));
    const [complete] = account.sent("CompleteSnapshot");
    assert.equal(complete!.headers["x-amz-changedblockscount"], "2");
    assert.equal(complete!.headers["x-amz-checksum"], hash("sha256", Buffer.concat(digests), "base64"));
    assert.equal(complete!.headers["x-amz-checksum-aggregation-method"], "LINEAR");
    const [start] = account.sent("StartSnapshot");
    const body = JSON.parse(start?.body ?? "") as Record<string, unknown>;
    assert.match(String(body["ClientToken"]), /^[0-9a-f]{64}$/u);
    assert.deepEqual(Object.keys(body).sort(), ["ClientToken", "Tags", "VolumeSize"]);
  });
});
