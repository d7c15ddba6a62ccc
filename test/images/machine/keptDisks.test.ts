import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { hasLayer, layerPath, missingLayers, storeLayer } from "../../../images/archive/store.ts";
import { diskPath, keepDisk, knownDisk } from "../../../images/machine/keptDisks.ts";
import { proofFiles } from "../../../images/proof/store.ts";
import { archiveOf, entry } from "../archive/fixture.ts";
import { attested } from "../proof/fixture.ts";

/** What a crash does to a file: its blocks were never written, or not all of them. */
const damages: Record<string, (file: string) => void> = {
  zeroed: (file) => {
    writeFileSync(file, Buffer.alloc(statSync(file).size));
  },
  truncated: (file) => {
    truncateSync(file, Math.floor(statSync(file).size / 2));
  },
};

const store = (file: string) => storeLayer(file, { epochSeconds: 0, base: false, tell: () => undefined });

describe("what the cache keeps", () => {
  const cache = mkdtempSync(path.join(tmpdir(), "fleet-cache-"));
  before(() => {
    process.env["XDG_CACHE_HOME"] = cache;
    process.env["XDG_DATA_HOME"] = path.join(cache, "data");
  });
  after(() => {
    rmSync(cache, { recursive: true });
    delete process.env["XDG_DATA_HOME"];
  });

  for (const [how, damage] of Object.entries(damages)) {
    it(`is no layer any more when it is ${how}, and made again`, async () => {
      const source = path.join(cache, "source.tar");
      writeFileSync(source, archiveOf([entry("etc/motd", { content: Buffer.from("hello") })]));
      const digest = store(source);
      const whole = readFileSync(layerPath(digest));
      assert.equal(await hasLayer(digest), true);
      damage(layerPath(digest));
      utimesSync(layerPath(digest), 1, 1);
      assert.deepEqual(await missingLayers([digest]), [digest]);
      assert.equal(store(source), digest);
      assert.deepEqual(readFileSync(layerPath(digest)), whole);
      // Damage that nothing looked at between.
      damage(layerPath(digest));
      store(source);
      assert.deepEqual(readFileSync(layerPath(digest)), whole);
    });

    it(`is no disk any more when it is ${how}, and made again`, async () => {
      const made = path.join(cache, "made.raw");
      writeFileSync(made, "disk".repeat(1000));
      const digest = await keepDisk("key", made);
      await attested(cache, digest);
      assert.equal(await knownDisk("key"), digest);
      assert.equal(await knownDisk("key"), digest, "looking at it must not make it another");
      damage(diskPath(digest));
      utimesSync(diskPath(digest), 1, 1);
      assert.equal(await knownDisk("key"), undefined);
      assert.equal(existsSync(diskPath(digest)), false);
      writeFileSync(made, "disk".repeat(1000));
      assert.equal(await keepDisk("key", made), digest);
      assert.equal(await knownDisk("key"), digest);
      rmSync(made);
      for (const file of proofFiles(digest)) {
        damage(file);
        utimesSync(file, 1, 1);
        assert.equal(await knownDisk("key"), undefined, `${file} ${how}`);
        await attested(cache, digest);
        assert.equal(await knownDisk("key"), digest);
      }
    });
  }
});
