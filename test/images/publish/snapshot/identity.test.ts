import { strict as assert } from "node:assert";
import { clientToken } from "../../../../images/publish/snapshot/identity.ts";

describe("clientToken", () => {
  const identity = {
    diskDigest: "sha256:1",
    parentSnapshotId: undefined,
    encryption: "none",
    region: "r",
    endpoint: undefined,
  };
  const request = { volumeGiB: 8, tags: { a: "1", b: "2" } };

  it("is the same for the same request, and has 64 characters, AWS's most", () => {
    assert.equal(
      clientToken(identity, request, 0),
      clientToken(identity, { ...request, tags: { b: "2", a: "1" } }, 0),
    );
    assert.equal(clientToken(identity, request, 0).length, 64);
  });

  it("is another for everything that AWS would refuse under the same token", () => {
    const tokens = [
      clientToken(identity, request, 0),
      clientToken(identity, request, 1),
      clientToken(identity, { ...request, volumeGiB: 9 }, 0),
      clientToken(identity, { ...request, tags: { a: "1" } }, 0),
      clientToken({ ...identity, parentSnapshotId: "snap-1" }, request, 0),
      clientToken({ ...identity, encryption: "default-key" }, request, 0),
      clientToken({ ...identity, diskDigest: "sha256:2" }, request, 0),
    ];
    assert.equal(new Set(tokens).size, tokens.length);
  });
});
