import { DescribeImageAttributeCommand, DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { strict as assert } from "node:assert";
import { publishDisk } from "../../../../images/publish/upload/publishDisk.ts";
import { registerAmi } from "../../../../images/publish/ami/registerAmi.ts";
import { Account, REGION } from "../fixture/account.ts";
import { BLOCK } from "../fixture/disks.ts";

describe("registerAmi", function () {
  this.timeout("60s");
  const account = Account.use();

  it("registers the snapshot as an AMI that may be launched and grows old as told, once", async () => {
    const disk = await account.disks.make("base", 4 * BLOCK, { 1: "random" });
    const { snapshotId, encrypted } = await publishDisk(account.options(disk));
    const published = { ...disk, snapshotId, encrypted, publishedAt: "2099-01-01T00:00:00Z" };
    const { endpoint } = account.emulator;
    const options = {
      name: "shop",
      stack: "by-hand",
      inputDigest: "sha256:in",
    } as const;
    const place = { region: REGION, endpoint, accounts: ["111122223333"] };
    const register = () =>
      registerAmi({ ...options, deprecateAfterDays: 30, owner: "0123456789ab" }, published, place);
    const { amiId, reused } = await register();
    assert.equal(reused, false);
    assert.deepEqual(await register(), { amiId, reused: true });

    const ec2 = new EC2Client({ region: REGION, endpoint });
    const { Images: [ami] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [amiId] }));
    assert.equal(ami?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId, snapshotId);
    assert.equal(ami.DeprecationTime, "2099-01-31T00:00:00.000Z");
    const asked = new DescribeImageAttributeCommand({ ImageId: amiId, Attribute: "launchPermission" });
    const { LaunchPermissions } = await ec2.send(asked);
    assert.deepEqual(LaunchPermissions, [{ UserId: "111122223333" }]);
    ec2.destroy();
  });
});
