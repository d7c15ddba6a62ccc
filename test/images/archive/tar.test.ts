import { deepEqual, equal, throws } from "node:assert/strict";
import { lstatSync, mkdirSync, readFileSync, readlinkSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { nameBytes } from "../../../images/archive/nameText.ts";
import { archiveOf, entriesOf, entry, Workplace, type Entry } from "./fixture.ts";

const namePart = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
    fc.stringMatching(/^[a-z]{60,150}$/),
    fc.constantFrom(
      "ümlaut",
      "日本",
      "a b",
      "x\\y",
      'q"uote',
      "new\nline",
      "caf\udce9",
      "\udcff\udcfe",
      "\ufffd",
    ),
  )
  // What no file can be called, and what two engines of names may take for one.
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== ".." && !/^\s|\s$/.test(text))
  .filter((text) => nameBytes(text).length < 200);
const paths = fc.array(namePart, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const owner = fc.oneof(fc.nat(70_000), fc.integer({ min: 8 ** 7, max: 2 ** 31 }));
const xattrs = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom("user.a", "security.capability", "user.ü"), fc.uint8Array({ maxLength: 40 })),
    {
      selector: ([name]) => name,
    },
  )
  .map((list) => new Map(list.sort().map(([name, value]) => [name, Buffer.from(value)])));
const common = {
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: owner,
  gid: owner,
  mtime: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
};
const node = fc.oneof(
  fc.record({
    ...common,
    xattrs,
    content: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ ...common, type: fc.constant("directory" as const), xattrs }),
  fc.record({ ...common, type: fc.constant("symlink" as const), target: paths }),
  fc.record({ ...common, type: fc.constant("link" as const), target: paths }),
  fc.record({
    ...common,
    type: fc.constant("character-device" as const),
    deviceMajor: fc.nat(4095),
    deviceMinor: fc.nat(1_000_000),
  }),
);
const entries = fc.uniqueArray(
  fc.tuple(paths, node).map(([at, own]) => entry(at, own)),
  { selector: ({ path: at }) => at, maxLength: 12 },
);

describe("a tar archive", () => {
  const workplace = new Workplace();
  after(() => {
    workplace.dispose();
  });

  it("is read as it was written, with names, owners, devices and binary attributes", () => {
    fc.assert(
      fc.property(entries, (written) => {
        deepEqual(entriesOf(workplace.file(archiveOf(written))), written);
      }),
    );
  });

  it("has an attribute of every byte, and names of every length around ustar's limits", () => {
    const every = new Map([
      ["security.capability", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ]);
    const written = [
      entry("a", { xattrs: every }),
      ...[99, 100, 101, 155, 156, 255, 256, 1000].map((length) => entry("n".repeat(length))),
      ...[99, 100, 101, 300].map((length) =>
        entry(`link-${length}`, { type: "symlink", target: "t".repeat(length) }),
      ),
    ];
    deepEqual(entriesOf(workplace.file(archiveOf(written))), written);
  });

  it("is unpacked by the system's tar as it was written", async function () {
    this.timeout(60_000);
    const written = [
      entry("folder", { type: "directory", mode: 0o750 }),
      entry("folder/ünïcode 日本", { content: Buffer.from("text") }),
      entry(`folder/${"long-".repeat(40)}name`, { mode: 0o4755, content: Buffer.alloc(513, 7) }),
      entry("folder/link", { type: "symlink", target: "ünïcode 日本" }),
      entry("folder/hard", { type: "link", target: "folder/ünïcode 日本" }),
    ];
    const folder = workplace.path();
    mkdirSync(folder);
    await execa("tar", ["-xpf", workplace.file(archiveOf(written)), "-C", folder, "--no-same-owner"]);
    for (const { path: at, type, mode, mtime, content, target } of written) {
      const full = path.join(folder, at);
      if (type === "symlink") equal(readlinkSync(full), target);
      else if (type === "link") equal(lstatSync(full).ino, lstatSync(path.join(folder, target)).ino);
      else equal(lstatSync(full).mode & 0o7777, mode);
      if (type === "file") deepEqual(readFileSync(full), content);
      if (type === "file") equal(lstatSync(full).mtimeMs, mtime * 1000);
    }
  });

  for (const format of ["ustar", "gnu", "pax"]) {
    it(`of the system's tar is read: ${format}`, async function () {
      this.timeout(60_000);
      // Short enough for ustar's two fields, long enough that other formats need an extra header.
      const long = `${"d".repeat(80)}/${"f".repeat(90)}`;
      const made = [
        entry("a", { type: "directory", mode: 0o755 }),
        entry(`a/${long}`, { content: Buffer.from("x") }),
      ];
      const folder = workplace.path();
      mkdirSync(folder);
      await execa("tar", ["-xf", workplace.file(archiveOf(made)), "-C", folder, "--no-same-owner"]);
      const archive = workplace.path();
      await execa("tar", [
        "-cf",
        archive,
        `--format=${format}`,
        "--mtime=@1700000000.5",
        "-C",
        folder,
        "./a",
      ]);
      const read = entriesOf(archive);
      deepEqual(
        read.map(({ path: at }) => at),
        ["a", `a/${"d".repeat(80)}`, `a/${long}`],
      );
      deepEqual(
        read.map(({ mtime }) => mtime),
        [1_700_000_000, 1_700_000_000, 1_700_000_000],
      );
      deepEqual(read.at(-1)?.content, Buffer.from("x"));
    });
  }

  it("of the system's tar has its hard links, devices and big owners", async function () {
    this.timeout(60_000);
    const archive = workplace.path();
    const folder = workplace.path();
    mkdirSync(folder);
    const shell = "echo text > one; ln one two; ln -s one three; mkfifo four";
    await execa("sh", ["-c", shell], { cwd: folder });
    const owners = ["--owner=big:3000000", "--group=0", "--sort=name"];
    await execa("tar", ["-cf", archive, "--format=gnu", ...owners, "-C", folder, "."]);
    const seen = entriesOf(archive).map(({ path: at, type, target, uid }) => [at, type, target, uid]);
    deepEqual(seen, [
      ["", "directory", "", 3_000_000],
      ["four", "fifo", "", 3_000_000],
      ["one", "file", "", 3_000_000],
      ["three", "symlink", "one", 3_000_000],
      ["two", "link", "one", 3_000_000],
    ]);
  });

  it("that is damaged is refused", () => {
    const archive = archiveOf([entry("file", { content: Buffer.alloc(600, 1) })]);
    const damaged = Buffer.from(archive);
    damaged[0] = 0x67;
    throws(
      () => entriesOf(workplace.file(damaged)),
      /^Error: tar header at 0: expected checksum \d+, got \d+$/,
    );
    const short = workplace.file(archive.subarray(0, 1000));
    throws(() => entriesOf(short), { message: "tar entry at 0: expected 600 bytes of content, got 488" });
  });

  it("of the same entry has the same bytes, whatever the order of attributes", () => {
    const attributes: [string, Buffer][] = [
      ["user.b", Buffer.from("2")],
      ["user.a", Buffer.from("1")],
    ];
    const one: Entry = entry("file", { xattrs: new Map(attributes) });
    const other: Entry = entry("file", { xattrs: new Map(attributes.reverse()) });
    deepEqual(archiveOf([one]), archiveOf([other]));
  });
});
