import {
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
} from "@aws-sdk/client-ec2";
import { strict as assert } from "node:assert";
import { publishDisk } from "../../../images/publish/upload/publishDisk.ts";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/0123";

describe("publishDisk, encrypted", function () {
  this.timeout("180s");
  const account = Account.use();

  it("writes zero blocks too, since a missing block of an encrypted snapshot reads as garbage", async () => {
    const disk = await account.disks.make("base", 10 * BLOCK + 5, { 0: "random", 4: "random" });
    const published = await publishDisk({ ...account.options(disk), encrypted: true, kmsKeyArn: KEY });
    assert.deepEqual([published.written, published.skipped, published.encrypted], [11, 0, true]);
    const [snapshot] = await account.snapshots();
    assert.deepEqual([snapshot?.Encrypted, snapshot?.KmsKeyId], [true, KEY]);
    await account.assertHolds([published.snapshotId], disk.disk);
  });

  it("sends a layer's changed blocks only: the child has its parent's key without being asked to", async () => {
    const base = await account.disks.make("base", 10 * BLOCK, { 0: "random", 4: "random" });
    const layer = await account.disks.change(base.disk, "layer", { 4: "zero", 5: "random" }, 12 * BLOCK);
    const encryption = { encrypted: true, kmsKeyArn: KEY };
    const below = await publishDisk({ ...account.options(base), ...encryption });
    account.proxy.clear();
    const parent = { ...base, snapshotId: below.snapshotId };
    const published = await publishDisk({ ...account.options(layer), ...encryption, parent });
    assert.equal(published.written, 2 + 2, "two changed, and two zero blocks beyond the parent's end");
    assert.equal(published.encrypted, true);
    const start = JSON.parse(account.sent("StartSnapshot")[0]?.body ?? "") as Record<string, unknown>;
    assert.equal(start["ParentSnapshotId"], below.snapshotId);
    assert.ok(
      !("Encrypted" in start) && !("KmsKeyArn" in start),
      "AWS refuses them beside an encrypted parent",
    );
    await account.assertHolds([below.snapshotId, published.snapshotId], layer.disk);
  });

  it("does not reuse an unencrypted snapshot for an encrypted one, nor one with another key", async () => {
    const disk = await account.disks.make("base", 4 * BLOCK, { 0: "random" });
    const plain = await publishDisk(account.options(disk));
    const own = await publishDisk({ ...account.options(disk), encrypted: true, kmsKeyArn: KEY });
    const byDefault = await publishDisk({ ...account.options(disk), encrypted: true });
    assert.equal(new Set([plain.snapshotId, own.snapshotId, byDefault.snapshotId]).size, 3);
    assert.equal(
      (await publishDisk({ ...account.options(disk), encrypted: true })).snapshotId,
      byDefault.snapshotId,
    );
  });

  describe("in an account with encryption by default", () => {
    const ec2 = (): EC2Client => new EC2Client({ region: REGION, endpoint: account.emulator.endpoint });
    beforeEach(() => ec2().send(new EnableEbsEncryptionByDefaultCommand()));
    afterEach(() => ec2().send(new DisableEbsEncryptionByDefaultCommand()));

    it("sees from StartSnapshot's answer that the snapshot is encrypted, and writes zero blocks", async () => {
      const disk = await account.disks.make("base", 10 * BLOCK, { 0: "random" });
      const published = await publishDisk(account.options(disk));
      assert.deepEqual([published.written, published.encrypted], [10, true]);
    });
  });
});
