import fc from "fast-check";
import { strict as assert } from "node:assert";
import { publishDisk } from "../../../images/publish/upload/publishDisk.ts";
import { Account } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";
import type { BlockContent } from "./fixture/disks.ts";

const LARGEST_BLOCKS = 24;

const content: fc.Arbitrary<BlockContent> = fc.oneof(
  fc.constant<BlockContent>("random"),
  fc.constant<BlockContent>("zero"),
  // Few bytes in a block, so that equal blocks at different indexes, and changes back to what was there, happen.
  fc.uint8Array({ minLength: 1, maxLength: 2, min: 0, max: 2 }).map((bytes) => Buffer.from(bytes)),
);
const blocks = fc.dictionary(fc.integer({ min: 0, max: LARGEST_BLOCKS - 1 }).map(String), content, {
  maxKeys: 12,
}) as fc.Arbitrary<Record<number, BlockContent>>;
const sizeBytes = fc.integer({ min: 1, max: LARGEST_BLOCKS * BLOCK });

describe("publishDisk, for random sparse disks and changes", function () {
  this.timeout("10m");
  const account = Account.use();

  it("makes chains that read back as the disk, with as few blocks as the rules allow", async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        sizeBytes,
        blocks,
        blocks,
        fc.nat(3 * BLOCK),
        fc.boolean(),
        async (size, first, changes, grow, encrypted) => {
          number += 1;
          const base = await account.disks.make(`base-${number}`, size, first);
          const layer = await account.disks.change(base.disk, `layer-${number}`, changes, size + grow);
          const below = await publishDisk({ ...account.options(base), encrypted });
          await account.assertHolds([below.snapshotId], base.disk);
          if (base.diskDigest === layer.diskDigest) return;
          const parent = { ...base, snapshotId: below.snapshotId };
          const published = await publishDisk({ ...account.options(layer), encrypted, parent });
          await account.assertHolds([below.snapshotId, published.snapshotId], layer.disk);
          if (!published.reused) {
            const grown = Math.ceil((size + grow) / BLOCK) - Math.ceil(size / BLOCK);
            assert.ok(published.written <= Object.keys(changes).length + (encrypted ? grown : 0));
          }
        },
      ),
      { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 12) },
    );
  });
});
