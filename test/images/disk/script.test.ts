import { strict as assert } from "node:assert";
import { parseDetails, parseFreeSpace, parseListings } from "../../../images/disk/filesystem/listing.ts";
import { renderAttributes, renderChanges } from "../../../images/disk/filesystem/script.ts";

const content = { file: "layer.tar", offset: 512, size: 3 };

describe("renderChanges", () => {
  it("quotes names, and changes directory only when it must", () => {
    const { steps, files } = renderChanges([
      { do: "removeFile", path: "old file" },
      { do: "makeDirectory", path: "opt" },
      { do: "writeFile", path: 'opt/a "b"', content },
      { do: "makeSymlink", path: "opt/c", target: "a b" },
      { do: "makeLink", path: "top", target: "opt/c" },
    ]);
    assert.deepEqual(steps, [
      {
        script: [
          ...[`rm "/old file"`, `mkdir "opt"`, `cd "/opt"`, `write 0 "a ""b"""`, `symlink "c" "a b"`],
          ...[`cd "/"`, `ln "/opt/c" "top"`],
        ],
      },
    ]);
    assert.deepEqual([...files], [["0", content]]);
  });

  it("passes names with line breaks as arguments, and starts in the root afterwards", () => {
    const { steps } = renderChanges([
      { do: "makeDirectory", path: "opt/d" },
      { do: "writeFile", path: "opt/a\nb", content },
      { do: "makeDirectory", path: "opt/e" },
    ]);
    assert.deepEqual(steps, [
      { script: [`cd "/opt"`, `mkdir "d"`, `cd "/"`, `write 0 ".fleet-disk-staging"`] },
      { request: `ln "/.fleet-disk-staging" "/opt/a\nb"` },
      { script: [`unlink "/.fleet-disk-staging"`, `cd "/opt"`, `mkdir "e"`] },
    ]);
  });
});

describe("renderAttributes", () => {
  it("sets every time, and attributes from files", () => {
    const xattrs = new Map([
      ["user.b", Buffer.from("2")],
      ["user.a", Buffer.from("1")],
    ]);
    const attributes = {
      path: "f",
      mode: 0o104755,
      uid: 1,
      gid: 2,
      mtimeSeconds: 9,
      xattrs,
      staleXattrs: ["user.c"],
    };
    const { steps, files } = renderAttributes([attributes], [{ path: "f", links: 2 }], () => 13);
    const times = ["atime", "ctime", "mtime", "crtime"].map((field) => `sif <13> ${field} @9`);
    const script = [
      ...[`ea_rm <13> "user.c"`, `ea_set -f 0 <13> "user.a"`, `ea_set -f 1 <13> "user.b"`],
      ...["sif <13> mode 0104755", "sif <13> uid 1", "sif <13> gid 2", ...times, "sif <13> links_count 2"],
    ];
    assert.deepEqual(steps, [{ script }]);
    assert.deepEqual([...files.values()].map(String), ["1", "2"]);
  });
});

describe("what debugfs prints", () => {
  it("is read by fields, so that a name may look like output", () => {
    const output =
      "debugfs: ls -lp <2>\n/2/040755/0/0/.//\n/12/100644/0/0/a\ndebugfs: ls -lp <9>\n/7/\n/0/0/0/0/x/0/\n\ndebugfs: ls -lp <12>\n";
    assert.deepEqual(parseListings(output), [
      [{ inode: 12, mode: 0o100644, uid: 0, gid: 0, name: "a\ndebugfs: ls -lp <9>\n", size: 7 }],
      [],
    ]);
  });

  it("tells links, size and attributes of inodes", () => {
    const stat = "debugfs: stat <12>\nInode: 12   Type: regular\nFile ACL: 77\nLinks: 3   Blockcount: 16\n";
    const output = `${stat}debugfs: ea_list <12>\nExtended attributes:\n  user.with space (3) = "cap"\n  user.long (900)\n`;
    const details = {
      links: 3,
      sectors: 16,
      attributeBlock: 77,
      xattrNames: ["user.with space", "user.long"],
    };
    assert.deepEqual(parseDetails(output), new Map([[12, details]]));
  });

  it("tells free blocks and inodes", () => {
    assert.deepEqual(parseFreeSpace("Free blocks:              12\nFree inodes:              34\n"), {
      freeBlocks: 12,
      freeInodes: 34,
    });
  });
});
