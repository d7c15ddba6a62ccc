import { equal } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { withDiskFiles } from "../../../images/disk/diskFiles.ts";
import { plainEntry, type Layer, type LayerEntry } from "../../../images/disk/layer/entry.ts";

describe("the files that a disk brings itself", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-disk-files-"));
  const localhost = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** /etc/hosts of a disk whose layer has these files. */
  function hosts(files: Record<string, string>, base: boolean): string | undefined {
    const file = path.join(folder, "content");
    writeFileSync(file, `before${Object.values(files).join("")}`);
    let offset = "before".length;
    const entries = new Map<string, LayerEntry>();
    for (const [name, text] of Object.entries(files)) {
      const size = Buffer.byteLength(text);
      entries.set(name, {
        ...plainEntry,
        path: name,
        type: "file",
        mode: 0o644,
        mtime: 0,
        file,
        offset,
        size,
      });
      offset += size;
    }
    const layer: Layer = { entries, whiteouts: new Set(), opaque: new Set() };
    const facts = { digest: `sha256:${"a".repeat(64)}` };
    const written = withDiskFiles(layer, facts, { sourceDateEpoch: 0, folder, base }).entries.get(
      "etc/hosts",
    );
    return written && readFileSync(written.file, "utf8");
  }

  it("name localhost on a base, and nothing in a layer, whatever the engine left there", () => {
    equal(hosts({ "etc/hosts": "from the engine\n" }, true), localhost);
    equal(hosts({ "etc/hosts": "from the engine\n" }, false), undefined);
  });

  it("name the hosts that roles added, in whatever layer", () => {
    const added = { "etc/passwd": "root\n", "usr/lib/fleet/hosts": "192.0.2.7 ledger.internal\n" };
    for (const base of [true, false]) equal(hosts(added, base), `${localhost}192.0.2.7 ledger.internal\n`);
  });
});
