import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../../../images/disk/layer/entry.ts";
import { mergeLayers } from "../../../images/disk/layer/mergeLayers.ts";
import { readLayer } from "../../../images/disk/layer/readLayer.ts";
import { useFolder } from "../../support/folder.ts";
import { writeTestLayer, type TestEntry } from "./support/layerTar.ts";

const folder = useFolder();
const read = (entries: TestEntry[]): Layer => readLayer(writeTestLayer(join(folder(), "layer.tar"), entries));
const merge = (...layers: TestEntry[][]): Map<string, string> => {
  const { entries } = mergeLayers(
    layers.map((entries, index) => readLayer(writeTestLayer(join(folder(), `${index}.tar`), entries))),
  );
  return new Map(
    [...entries].map(([path, { type, target }]) => [path, type === "link" ? `link to ${target}` : type]),
  );
};

describe("readLayer", () => {
  it("tells whiteouts, opaque directories and entries apart", () => {
    const layer = read([
      { path: "a", type: "directory" },
      { path: "a/.wh.b" },
      { path: "c/.wh..wh..opq" },
      { path: ".wh..wh.plnk" },
    ]);
    assert.deepEqual([...layer.entries.keys()], ["a"]);
    assert.deepEqual([...layer.whiteouts], ["a/b"]);
    assert.deepEqual([...layer.opaque], ["c"]);
  });

  it("keeps binary attributes and follows links to links", () => {
    const value = Buffer.from([1, 0, 0, 2, 0, 0xff, 0x80]);
    const xattrs = new Map([["security.capability", value]]);
    const layer = read([
      { path: "z", xattrs },
      { path: "b", type: "link", target: "z" },
      { path: "a", type: "link", target: "b" },
    ]);
    assert.deepEqual(layer.entries.get("z")?.xattrs.get("security.capability"), value);
    assert.equal(layer.entries.get("a")?.target, "z");
  });

  it("refuses paths that a disk cannot have, all at once", () => {
    assert.throws(
      () => read([{ path: "../up" }, { path: "a//b" }, { path: "x".repeat(256) }]),
      /"\.\.\/up".*\n.*"a\/\/b".*\n.*255 bytes/s,
    );
  });

  it("refuses what is no tar", () => {
    const file = join(folder(), "layer.tar.gz");
    writeFileSync(file, Buffer.from([0x1f, 0x8b, ...Array<number>(600).fill(7)]));
    assert.throws(() => readLayer(file), /layer\.tar\.gz: expected an uncompressed, complete tar/);
  });
});

describe("mergeLayers", () => {
  it("replaces, removes and hides as overlayfs does", () => {
    const lower = [
      { path: "d", type: "directory" as const },
      { path: "d/x" },
      { path: "d/y" },
      { path: "gone" },
      { path: "f" },
    ];
    const upper = [
      { path: "d/.wh..wh..opq" },
      { path: "d/new" },
      { path: ".wh.gone" },
      { path: "f", type: "directory" as const },
    ];
    assert.deepEqual(
      merge(lower, upper),
      new Map([
        ["d", "directory"],
        ["d/new", "file"],
        ["f", "directory"],
      ]),
    );
  });

  it("gives the content of a replaced file to its other names", () => {
    const lower = [
      { path: "a" },
      { path: "b", type: "link" as const, target: "a" },
      { path: "c", type: "link" as const, target: "a" },
    ];
    const merged = merge(lower, [
      { path: "a", type: "symlink", target: "elsewhere" },
      { path: "e", type: "link", target: "c" },
    ]);
    assert.deepEqual(
      merged,
      new Map([
        ["b", "file"],
        ["c", "link to b"],
        ["a", "symlink"],
        ["e", "link to b"],
      ]),
    );
  });
});
