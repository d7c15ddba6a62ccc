import { DescribeSnapshotsCommand, type EC2Client, type Snapshot } from "@aws-sdk/client-ec2";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { readSnapshot } from "../images/publish/fixture/readSnapshot.ts";
import { tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";

const blockBytes = 512 * 1024;

/** Every snapshot that publishing made in the client's region. */
export async function publishedSnapshots(ec2: EC2Client): Promise<Snapshot[]> {
  const Filters = [{ Name: "tag-key", Values: [tagKeys.upload] }];
  return (await ec2.send(new DescribeSnapshotsCommand({ Filters }))).Snapshots ?? [];
}

/** The ids of a snapshot and of all that it stands on, base first. */
export async function snapshotChain(ec2: EC2Client, top: string): Promise<string[]> {
  const all = await publishedSnapshots(ec2);
  const tag = (snapshot: Snapshot | undefined, key: string) =>
    snapshot?.Tags?.find(({ Key }) => Key === key)?.Value;
  const chain: string[] = [];
  let found = all.find(({ SnapshotId }) => SnapshotId === top);
  while (found?.SnapshotId !== undefined) {
    chain.unshift(found.SnapshotId);
    const parent = tag(found, tagKeys.parentDigest);
    found = parent === undefined ? undefined : all.find((each) => tag(each, tagKeys.diskDigest) === parent);
  }
  return chain;
}

/** The chain, read back block by block, is the disk: what was never written is zero there. */
export async function assertHoldsDisk(
  chain: string[],
  disk: string,
  where: { region: string; endpoint: string },
): Promise<void> {
  const digest = (block: Buffer): string => createHash("sha256").update(block).digest("hex");
  const read = new Map<number, string>();
  await readSnapshot({ chain, ...where }, (index, block) => {
    read.set(index, digest(block));
    return Promise.resolve();
  });
  const zero = Buffer.alloc(blockBytes);
  const file = await open(disk, "r");
  try {
    const { size } = await file.stat();
    const block = Buffer.alloc(blockBytes);
    for (let index = 0; index * blockBytes < size; index += 1) {
      await file.read(block, 0, blockBytes, index * blockBytes);
      const known = read.get(index);
      const same = known === undefined ? block.equals(zero) : known === digest(block);
      assert.ok(same, `block ${index} of ${disk} differs from the snapshots ${chain.join(", ")}`);
    }
    assert.ok([...read.keys()].every((index) => index * blockBytes < size));
  } finally {
    await file.close();
  }
}
