import { strict as assert } from "node:assert";
import { BlockBuffers } from "../../../../images/publish/blocks/blockBuffers.ts";

describe("BlockBuffers", () => {
  it("never hands out more than its size, halves on overload once a second, and grows back", async () => {
    const buffers = new BlockBuffers(16);
    const taken = await Promise.all(Array.from({ length: 16 }, () => buffers.take()));
    let waited = false;
    const next = buffers.take().then(() => (waited = true));
    await Promise.resolve();
    assert.equal(waited, false);
    buffers.slowDown(10_000);
    buffers.slowDown(10_001);
    assert.equal(buffers.limit, 8);
    for (const buffer of taken.slice(0, 8)) buffers.give(buffer);
    await Promise.resolve();
    assert.equal(waited, false, "8 are still in use, the limit is 8");
    buffers.give(taken[8] ?? Buffer.alloc(0));
    await next;
    for (let success = 0; success < 1000; success += 1) buffers.speedUp();
    assert.equal(buffers.limit, 16);
    for (let second = 1; second < 9; second += 1) buffers.slowDown(10_000 + second * 2000);
    assert.equal(buffers.limit, 4);
  });
});
