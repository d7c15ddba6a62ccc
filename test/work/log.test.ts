import * as assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";

describe("a build's log", () => {
  let folder: string;
  const before = process.env["XDG_CACHE_HOME"];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-log-"));
    process.env["XDG_CACHE_HOME"] = folder;
  });

  afterEach(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it("is for its owner alone, before and after programs have written to it, and where an open one was there", async () => {
    const first = new BuildLog("base", "0123456789abcdef");
    await runLogged(first, ["echo", "told by a program"], { folder });
    assert.equal(statSync(first.file).mode & 0o777, 0o600);
    chmodSync(first.file, 0o644);
    const again = new BuildLog("base", "0123456789abcdef");
    assert.equal(again.file, first.file);
    await runLogged(again, ["echo", "told by a program"], { folder });
    assert.equal(statSync(again.file).mode & 0o777, 0o600);
    assert.match(again.tail(), /^told by a program\nThe whole log: /);
  });
});
