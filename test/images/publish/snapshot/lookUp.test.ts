import { strict as assert } from "node:assert";
import { present } from "../../../../images/publish/snapshot/lookUp.ts";
import type { SnapshotFacts } from "../../../../images/publish/snapshot/snapshotService.ts";
import { snapshotTags, tagKeys } from "../../../../images/publish/snapshot/snapshotTags.ts";

describe("present", () => {
  const names = {
    diskDigest: "sha256:1",
    inputDigest: undefined,
    parentDigest: undefined,
    encryption: "none",
  };
  const snapshot = (
    snapshotId: string,
    state: string,
    change: Partial<typeof names> = {},
    more: object = {},
  ): SnapshotFacts => {
    const tags = snapshotTags({ ...names, ...change }, {});
    return { snapshotId, state, encrypted: false, tags, startedAt: snapshotId, volumeGiB: 1, ...more };
  };

  it("reuses the oldest finished one, and has the pending ones deleted", () => {
    const found = [snapshot("1", "pending"), snapshot("2", "completed"), snapshot("3", "completed")];
    const { reusable, resumable, abandoned } = present(found, names);
    assert.deepEqual(
      [reusable?.snapshotId, resumable, abandoned.map((s) => s.snapshotId)],
      ["2", undefined, ["1"]],
    );
  });

  it("goes on with a pending one of the same parent, and has others and failed ones deleted", () => {
    const found = [
      snapshot("1", "error"),
      snapshot("2", "pending", { parentDigest: "sha256:0" } as object),
      snapshot("3", "pending"),
    ];
    const { resumable, abandoned } = present(found, names);
    assert.deepEqual([resumable?.snapshotId, abandoned.map((s) => s.snapshotId)], ["3", ["1", "2"]]);
  });

  it("leaves alone what has other encryption, or was not uploaded by this program", () => {
    const copy = snapshot(
      "1",
      "pending",
      {},
      { tags: { [tagKeys.diskDigest]: "sha256:1", [tagKeys.encryption]: "none" } },
    );
    const { reusable, resumable, abandoned } = present(
      [copy, snapshot("2", "completed", { encryption: "default-key" })],
      names,
    );
    assert.deepEqual([reusable, resumable, abandoned], [undefined, undefined, []]);
  });
});
