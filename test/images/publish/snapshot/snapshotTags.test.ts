import { strict as assert } from "node:assert";
import { tagProblems } from "../../../../images/publish/snapshot/snapshotTags.ts";

describe("snapshotTags", () => {
  it("refuses reserved prefixes and what is too long or too many", () => {
    const many = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`k${index}`, ""]));
    assert.equal(
      tagProblems({ "aws:a": "", "immutable-fleets:x": "", ["k".repeat(129)]: "", b: "v".repeat(257) })
        .length,
      4,
    );
    assert.match(tagProblems(many)[0] ?? "", /^tags: expected at most 35, got 46; /u);
    assert.deepEqual(tagProblems({ Fleet: "shop" }), []);
  });
});
