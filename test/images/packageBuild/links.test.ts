import { doesNotThrow, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { refuseLinks } from "../../../images/packageBuild/links.ts";

describe("links that a package's build has made", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "package-links-"));
    mkdirSync(path.join(folder, "out/real"), { recursive: true });
    writeFileSync(path.join(folder, "out/real/file"), "");
    symlinkSync("/usr/bin/python3", path.join(folder, "out/python3"));
    symlinkSync("real", path.join(folder, "out/inside"));
    symlinkSync("/etc", path.join(folder, "out/etc"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const look = (src: string, type?: string) => () => {
    refuseLinks({ contents: [{ src, dst: "/x", ...(type !== undefined && { type }) }] }, "nfpm.yaml", folder);
  };

  it("are packed as links, and may lead from one part of the package to another", () => {
    for (const src of ["./", ".", "out", "./out/"]) doesNotThrow(look(src, "tree"), src);
    for (const src of ["out/python3", "out/inside/file", "out/*", "gone/file"]) doesNotThrow(look(src), src);
    doesNotThrow(look("/etc/hosts", "symlink"));
  });

  it("are never followed to files of this machine", () => {
    for (const [src, type] of [
      ["out/etc/passwd"],
      ["out/etc/*"],
      ["out/etc", "tree"],
      ["../x/y"],
      ["out/etc/", "tree"],
    ] as const) {
      throws(look(src, type), {
        message: `nfpm.yaml: expected contents from within the package, got ${src}, behind a link that leads out of it; name the files themselves`,
      });
    }
  });
});
