import { strict as assert } from "node:assert";
import { parentProblems } from "../../../../images/publish/upload/parentSnapshot.ts";
import { tagKeys } from "../../../../images/publish/snapshot/snapshotTags.ts";

describe("parentProblems", () => {
  it("wants a completed snapshot of that disk with that encryption", () => {
    const tags = { [tagKeys.diskDigest]: "sha256:2", [tagKeys.encryption]: "default-key" };
    const snapshot = {
      snapshotId: "snap-1",
      state: "pending",
      encrypted: true,
      tags,
      startedAt: "",
      volumeGiB: 1,
    };
    const problems = parentProblems(
      snapshot,
      { snapshotId: "snap-1", diskDigest: "sha256:1" },
      { region: "r" },
    );
    assert.equal(problems.length, 3);
    assert.ok(problems.every((problem) => /^parent\.snapshotId: expected .*, got .*; /u.test(problem)));
  });
});
