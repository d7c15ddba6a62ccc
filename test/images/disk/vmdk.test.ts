import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertArguments, qemuImg } from "../../../images/disk/raw/qemuImg.ts";
import { fixContentId } from "../../../images/disk/format/vmdk.ts";

describe("the content id of a vmdk", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "immutable-fleets-vmdk-"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is the same, however many digits qemu-img gave it", async () => {
    const digest = `sha256:${"0abc".repeat(16)}`;
    const raw = join(folder, "disk.raw");
    writeFileSync(raw, Buffer.alloc(1024 * 1024, 7));
    const vmdk = join(folder, "disk.vmdk");
    await qemuImg(convertArguments(raw, "vmdk", vmdk));
    const made = readFileSync(vmdk);
    const at = made.indexOf("\nCID=") + "\nCID=".length;
    const end = made.indexOf("\0", at);
    const disks = [];
    for (const id of ["1", "1234567", "12345678"]) {
      const line = made.indexOf("\n", at);
      const text = Buffer.concat([made.subarray(0, at), Buffer.from(id), made.subarray(line, end)]);
      const rest = Buffer.from(made);
      rest.fill(0, at, end);
      text.copy(rest);
      writeFileSync(vmdk, rest);
      await fixContentId(vmdk, digest);
      await qemuImg(["compare", "-f", "vmdk", "-F", "raw", vmdk, raw]);
      disks.push(readFileSync(vmdk));
    }
    assert.match(disks[0]?.toString("latin1", 0, 4096) ?? "", /\nCID=0abc0abc\n/);
    assert.deepEqual(disks[1], disks[0]);
    assert.deepEqual(disks[2], disks[0]);
  });

  it("is missed in a file without one", async () => {
    const file = join(folder, "plain");
    writeFileSync(file, "nothing");
    await assert.rejects(
      fixContentId(file, "sha256:00"),
      /plain: expected a descriptor with CID=…, got none/,
    );
  });
});
