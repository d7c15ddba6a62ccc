import { strict as assert } from "node:assert";
import { describeProgress, etaSeconds, newProgress } from "../../../../images/publish/blocks/progress.ts";

describe("progress", () => {
  it("says blocks, what was skipped, speed and time left", () => {
    const progress = {
      ...newProgress(1024, 0),
      blocksRead: 412,
      written: 98,
      zero: 300,
      unchanged: 14,
      retries: 2,
    };
    assert.equal(
      describeProgress(progress, 1000),
      "412/1024 blocks · 98 written · 300 zero · 14 unchanged · 2 retries · 51.4 MB/s · 2 s left",
    );
    assert.equal(etaSeconds(newProgress(10, 0), 5), undefined);
  });
});
