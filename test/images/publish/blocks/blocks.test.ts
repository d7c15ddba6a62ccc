import fc from "fast-check";
import { strict as assert } from "node:assert";
import { hash } from "node:crypto";
import {
  BLOCK_BYTES,
  blockCount,
  isZero,
  LinearChecksum,
  volumeGiB,
} from "../../../../images/publish/blocks/blocks.ts";

const digest = (text: string): Buffer => hash("sha256", text, "buffer");

describe("blocks", () => {
  it("counts whole blocks and whole gibibytes", () => {
    assert.deepEqual([1, BLOCK_BYTES, BLOCK_BYTES + 1].map(blockCount), [1, 1, 2]);
    assert.deepEqual([1, 2 ** 30, 2 ** 30 + 1].map(volumeGiB), [1, 1, 2]);
  });

  it("knows a zero block by every byte", () => {
    fc.assert(
      fc.property(fc.nat(BLOCK_BYTES - 1), (place) => {
        const block = Buffer.alloc(BLOCK_BYTES);
        block[place] = 1;
        return !isZero(block);
      }),
    );
    assert.ok(isZero(Buffer.alloc(BLOCK_BYTES)));
  });

  it("adds up the LINEAR checksum over raw digests in index order, and refuses another order", () => {
    const sum = new LinearChecksum();
    sum.add(3, digest("a"));
    sum.add(9, digest("b"));
    assert.throws(() => {
      sum.add(9, digest("c"));
    }, /expected a block after 9, got 9/u);
    assert.equal(sum.count, 2);
    assert.equal(sum.base64(), hash("sha256", Buffer.concat([digest("a"), digest("b")]), "base64"));
  });
});
