import assert from "node:assert/strict";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { newestRelease, writeRelease } from "../../../images/release/store.ts";
import { selectionOf } from "../../../operations/release/selection.ts";
import { switchRelease } from "../../../operations/release/switch.ts";
import { NotRecorded, updateRecorded } from "../../../operations/swap/recorded.ts";
import { release } from "../../images/release/fixture.ts";
import { smallDisk } from "../../work/fullDisk.ts";

const stackFile = "Pulumi.prod.yaml";
const before = `encryptionsalt: v1:salt
config:
  shop:environment:
    release: dev/1
`;

describe("taking another release", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "fleet-switch-"));
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(path.join(root, stackFile), before);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("is undone in the stack's file when the update fails, whether or not that can be recorded", async () => {
    const failed = () => Promise.reject(new Error("the failed swap is not recorded"));
    const update = () =>
      updateRecorded("prod", () => Promise.reject(new Error("no gate")), {
        failed,
        succeeded: () => Promise.resolve(),
      });
    await assert.rejects(switchRelease("prod", "dev/2", update, root), /^Error: no gate$/);
    assert.equal(readFileSync(path.join(root, stackFile), "utf8"), before);
  });

  it("stays when the update succeeded and could not be recorded on a full disk; the next up records it", async function () {
    const disk = smallDisk(256);
    if (!disk) {
      console.log("      skipped: only root may mount a small disk");
      this.skip();
    }
    try {
      const project = path.join(disk.folder, "project");
      mkdirSync(project);
      cpSync(root, project, { recursive: true });
      await writeRelease(project, release("prod", 1));
      const next = { ...release("prod", 1), number: 2 };
      const record = () =>
        updateRecorded("prod", () => Promise.resolve(), {
          succeeded: () => writeRelease(project, next),
          failed: () => Promise.reject(new Error("expected no failure to be recorded")),
        });
      const update = () => {
        disk.fill();
        return record();
      };
      await assert.rejects(switchRelease("prod", "dev/2", update, project), (error) => {
        assert.ok(error instanceof NotRecorded);
        assert.match(
          error.message,
          /^prod: the update stands, and runs; expected its release and its swap to be recorded, got: .*releases\/prod\/2\.json: expected to be written whole, got ENOSPC.*; mend that, then npm run up -- --stack prod records the release, and swaps nothing$/,
        );
        return true;
      });
      assert.equal(selectionOf(project, "prod"), "dev/2");
      assert.equal(newestRelease(project, "prod")?.number, 1);
      rmSync(path.join(disk.folder, "filler"));
      await record();
      assert.equal(newestRelease(project, "prod")?.number, 2);
    } finally {
      disk.remove();
    }
  });
});
