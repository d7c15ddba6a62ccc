import { deepEqual } from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { forgetLists } from "../../../operations/freshen/apt.ts";
import { cacheFolder } from "../../../work/cache.ts";

describe("package lists that are kept", () => {
  it("are forgotten, with what is known of failures; not what another build or look is about to keep", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-lists-"));
    const before = process.env["XDG_CACHE_HOME"];
    process.env["XDG_CACHE_HOME"] = folder;
    try {
      // As images/packer/layer/package-lists.sh names them.
      for (const name of ["aa.tar", "aa.tar.failed", "bb.tar.10795"])
        writeFileSync(path.join(cacheFolder("package-lists"), name), "");
      forgetLists();
      deepEqual(readdirSync(cacheFolder("package-lists")), ["bb.tar.10795"]);
    } finally {
      if (before === undefined) delete process.env["XDG_CACHE_HOME"];
      else process.env["XDG_CACHE_HOME"] = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
