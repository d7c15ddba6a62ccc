import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { applyToFileSystem } from "../../../images/disk/filesystem/applyToFileSystem.ts";
import { refuseFullDisk, sufficientMiB } from "../../../images/disk/filesystem/capacity.ts";
import { makeFileSystem } from "../../../images/disk/filesystem/mke2fs.ts";
import { readLayer } from "../../../images/disk/layer/readLayer.ts";
import { changedBlocks, diskDigest } from "../../../images/disk/raw/changedBlocks.ts";
import { copyDisk } from "../../../images/disk/raw/disk.ts";
import { useFolder } from "../../support/folder.ts";
import { writeTestLayer } from "./support/layerTar.ts";
import { needs } from "./support/tools.ts";

const uuid = "00000000-0000-4000-8000-000000000000";
const question = {
  available: { blocks: 1000, inodes: 1000 },
  sizeMiB: 512,
  bytesPerInode: 16384,
  setting: "images.web.disk.sizeMiB",
};

describe("a full disk", () => {
  const folder = useFolder();

  it("is reported with the size to set", () => {
    const needed = { blocks: 26_600, inodes: 10 };
    const message =
      "images.web.disk.sizeMiB: expected at least 640, got 512; set images.web.disk.sizeMiB: 640";
    assert.throws(
      () => {
        refuseFullDisk({ ...question, needed });
      },
      { message },
    );
    assert.equal(sufficientMiB({ ...question, needed: { blocks: 10, inodes: 5096 } }), 576);
    assert.equal(sufficientMiB({ ...question, needed: { blocks: 1000, inodes: 1000 } }), 512);
  });

  it("is left as it is, and the reported size is enough", async function () {
    needs(this, "mke2fs", "debugfs", "e2fsck");
    this.timeout(120_000);
    const layer = readLayer(
      writeTestLayer(join(folder(), "layer.tar"), [{ path: "big", content: Buffer.alloc(80 << 20, 1) }]),
    );
    const small = await newDisk(64);
    const before = await diskDigest(small);
    let enough = 0;
    await assert.rejects(apply(small, 64), (error: Error) => {
      enough = Number(/expected at least (\d+), got 64/.exec(error.message)?.[1]);
      return true;
    });
    assert.equal(await diskDigest(small), before);
    await apply(await newDisk(enough), enough);

    async function newDisk(sizeMiB: number): Promise<string> {
      const disk = join(folder(), `${sizeMiB}.raw`);
      writeFileSync(disk, "");
      truncateSync(disk, sizeMiB << 20);
      const place = { disk, offsetBytes: 0, sizeBytes: sizeMiB << 20 };
      await makeFileSystem({ ...place, uuid, hashSeed: uuid, label: "root", sourceDateEpoch: 1 });
      return disk;
    }

    async function apply(disk: string, sizeMiB: number): Promise<void> {
      await applyToFileSystem({ disk, offsetBytes: 0 }, layer, {
        sourceDateEpoch: 1,
        sizeMiB,
        setting: "sizeMiB",
      });
    }
  });
});

describe("changedBlocks", () => {
  const folder = useFolder();

  it("finds what differs, what has become zero, and what lies behind the parent's end", async () => {
    const block = 4096;
    const [parent, child] = [join(folder(), "parent"), join(folder(), "child")];
    writeFileSync(parent, Buffer.concat([1, 2, 3].map((byte) => Buffer.alloc(block, byte))));
    writeFileSync(child, Buffer.concat([1, 0, 4, 0, 5].map((byte) => Buffer.alloc(block, byte))));
    assert.deepEqual(await changedBlocks(parent, child, block), [1, 2, 4]);
    assert.deepEqual(await changedBlocks(undefined, child, block), [0, 2, 4]);
    await copyDisk(parent, child);
    assert.deepEqual(await changedBlocks(parent, child, block), []);
  });
});

describe("diskDigest", () => {
  const folder = useFolder();

  it("is that of all bytes, wherever a file has holes", async () => {
    const disk = join(folder(), "sparse");
    const MiB = 2 ** 20;
    for (const [size, data] of [
      [0, []],
      [9 * MiB + 7, []],
      [9 * MiB + 7, [0]],
      [9 * MiB + 7, [4 * MiB - 1, 8 * MiB]],
      [40 * MiB, [13 * MiB, 39 * MiB]],
    ] as const) {
      rmSync(disk, { force: true });
      writeFileSync(disk, "");
      truncateSync(disk, size);
      const file = openSync(disk, "r+");
      for (const at of data) writeSync(file, Buffer.alloc(5000, 7), 0, Math.min(5000, size - at), at);
      closeSync(file);
      const all = createHash("sha256").update(readFileSync(disk)).digest("hex");
      assert.equal(await diskDigest(disk), `sha256:${all}`, `${size}: ${data.join(", ")}`);
    }
  });
});
