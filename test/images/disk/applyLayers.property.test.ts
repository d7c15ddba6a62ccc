import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { applyToFileSystem } from "../../../images/disk/filesystem/applyToFileSystem.ts";
import type { FileSystem } from "../../../images/disk/filesystem/fileSystem.ts";
import { makeFileSystem } from "../../../images/disk/filesystem/mke2fs.ts";
import { mergeLayers } from "../../../images/disk/layer/mergeLayers.ts";
import { readLayer } from "../../../images/disk/layer/readLayer.ts";
import { chains } from "./support/arbitrary.ts";
import { writeTestLayer } from "./support/layerTar.ts";
import { describeFileSystem, describeTree } from "./support/readBack.ts";
import { needs } from "./support/tools.ts";
import { playActions, type Action, type Tree } from "./support/tree.ts";

const runs = Number(process.env["FLEET_PROPERTY_RUNS"] ?? 15);
const uuid = "00000000-0000-4000-8000-000000000000";
const options = { sourceDateEpoch: 1_735_689_600, sizeMiB: 24, setting: "images.test.disk.sizeMiB" };

describe("layers on a file system", function () {
  this.timeout(600_000);
  let folder = "";
  before(function () {
    needs(this, "mke2fs", "debugfs", "e2fsck");
    folder = mkdtempSync(join(tmpdir(), "layers-"));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("read back as the tree that they describe, clean, and the same bytes twice", async () => {
    await fc.assert(
      fc.asyncProperty(chains, async (chain) => {
        const { tree, tars } = writeChain(chain, folder);
        const once = await newFileSystem(join(folder, "once"));
        const again = await newFileSystem(join(folder, "again"));
        for (const tar of tars) await applyToFileSystem(once, readLayer(tar), options);
        assert.deepEqual(await describeFileSystem(once), describeTree(tree));
        for (const tar of tars) await applyToFileSystem(again, readLayer(tar), options);
        assert.equal(sha256(again), sha256(once));
      }),
      { numRuns: runs },
    );
  });

  it("merged into one layer read back as the same tree", async () => {
    await fc.assert(
      fc.asyncProperty(chains, async (chain) => {
        const { tree, tars } = writeChain(chain, folder);
        const merged = await newFileSystem(join(folder, "merged"));
        await applyToFileSystem(merged, mergeLayers(tars.map(readLayer)), options);
        assert.deepEqual(await describeFileSystem(merged), describeTree(tree));
      }),
      { numRuns: runs },
    );
  });
});

function writeChain(chain: Action[][], folder: string): { tree: Tree; tars: string[] } {
  let tree: Tree = new Map();
  const tars = chain.map((actions, index) => {
    const played = playActions(tree, actions);
    tree = played.tree;
    return writeTestLayer(join(folder, `${index}.tar`), played.layer);
  });
  return { tree, tars };
}

async function newFileSystem(disk: string): Promise<FileSystem> {
  const offsetBytes = 1024 * 1024;
  const sizeBytes = 24 * 1024 * 1024;
  writeFileSync(disk, "");
  truncateSync(disk, offsetBytes + sizeBytes);
  const { sourceDateEpoch } = options;
  await makeFileSystem({
    disk,
    offsetBytes,
    sizeBytes,
    uuid,
    hashSeed: uuid,
    label: "root",
    sourceDateEpoch,
  });
  return { disk, offsetBytes };
}

function sha256({ disk }: FileSystem): string {
  return createHash("sha256").update(readFileSync(disk)).digest("hex");
}
