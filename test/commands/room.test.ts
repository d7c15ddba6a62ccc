import assert from "node:assert/strict";
import * as path from "node:path";
import { roomText } from "../../commands/line/room.ts";
import { projectRoot } from "../../config/root.ts";
import { useSmallDisk } from "../work/fullDisk.ts";

describe("a place that is full", () => {
  const disk = useSmallDisk(2048, true);

  it("is named once, whoever of several found it so, and only where it is what a command failed for", () => {
    const folder = disk().folder;
    const places = [projectRoot, folder, path.join(folder, "not/yet/there")];
    const said = "ENOSPC: no space left on device, write";
    assert.equal(roomText(said, places), "");
    disk().fill();
    assert.equal(
      roomText(said, places),
      `${folder}: expected room to write, got a full disk; make room there, and run it again\n`,
    );
    assert.equal(roomText("open /x: no space left on device", places), roomText(said, places));
    assert.equal(roomText("no such network", places), "");
  });
});
