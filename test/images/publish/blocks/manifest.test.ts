import { strict as assert } from "node:assert";
import { hash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { BLOCK_BYTES } from "../../../../images/publish/blocks/blocks.ts";
import {
  ensureManifest,
  manifestPath,
  ManifestWriter,
  openManifest,
} from "../../../../images/publish/blocks/manifest.ts";

const digest = (text: string): Buffer => hash("sha256", text, "buffer");

describe("manifest", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(`${tmpdir()}/manifest-`)));
  afterEach(() => rm(folder, { recursive: true }));

  it("gives back each block's digest, zero, or nothing beyond the end, across its windows", async () => {
    const path = manifestPath(folder, "sha256:ab");
    const writer = await ManifestWriter.create(path);
    for (let index = 0; index < 5000; index += 1)
      await writer.add(index % 3 === 0 ? undefined : digest(String(index)));
    await writer.finish();
    const manifest = await openManifest(path);
    assert.equal(manifest.blocks, 5000);
    for (const index of [0, 1, 2047, 2048, 2049, 4999, 4, 5000]) {
      const expected = index >= 5000 ? undefined : index % 3 === 0 ? "zero" : digest(String(index));
      assert.deepEqual(await manifest.get(index), expected);
    }
    await manifest.close();
  });

  it("refuses a manifest with any changed byte, or cut short", async () => {
    const disk = `${folder}/disk`;
    await writeFile(
      disk,
      Buffer.concat([randomBytes(BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES), randomBytes(9)]),
    );
    const path = manifestPath(folder, "sha256:ab");
    await ensureManifest(path, disk);
    const whole = await readFile(path);
    assert.equal(whole.length, 4 * 32);
    for (let place = 0; place < whole.length; place += 7) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      await writeFile(path, damaged);
      await assert.rejects(openManifest(path), /expected a whole block manifest/u);
      await writeFile(path, whole.subarray(0, place));
      await assert.rejects(openManifest(path), /expected a whole block manifest/u);
    }
  });
});
