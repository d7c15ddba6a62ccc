import { deepEqual, equal, notEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync } from "node:fs";
import fc from "fast-check";
import { canonicalLayer, emptiedFiles, leftOutText } from "../../../images/archive/canonical.ts";
import { indexTar } from "../../../images/archive/readTar.ts";
import { writeLayer } from "../../../images/archive/writeLayer.ts";
import { archiveOf, entriesOf, entry, Workplace, type Entry } from "./fixture.ts";

const epochSeconds = 1_700_000_000;

describe("a canonical layer", () => {
  const workplace = new Workplace();
  after(() => {
    workplace.dispose();
  });

  /** The canonical archive of entries: its file and digest. */
  const canonical = (entries: readonly Entry[], base = false) => {
    const file = workplace.path();
    const source = openSync(workplace.file(archiveOf(entries)), "r");
    try {
      const indexed = indexTar(source, 0, fstatSync(source).size);
      const { entries: kept } = canonicalLayer(indexed, epochSeconds, base);
      return { file, digest: writeLayer(source, kept, file) };
    } finally {
      closeSync(source);
    }
  };
  const paths = (entries: readonly Entry[], base = false) =>
    entriesOf(canonical(entries, base).file).map(({ path }) => path);

  const files = fc.uniqueArray(
    fc
      .tuple(fc.stringMatching(/^[a-z]{1,3}(\/[a-z-]{1,3})?$/), fc.string({ maxLength: 20 }))
      .map(([path, text]) => entry(`opt/${path}`, { content: Buffer.from(text) })),
    { selector: ({ path }) => path, minLength: 1, maxLength: 10 },
  );

  it("has the same bytes whatever the order of its entries, and whenever they were made", () => {
    fc.assert(
      fc.property(files, fc.func(fc.integer()), fc.nat(10 ** 6), (entries, key, later) => {
        const again = [...entries]
          .sort((a, b) => key(a.path) - key(b.path))
          .map((each) => ({ ...each, mtime: epochSeconds + later }));
        equal(canonical(again).digest, canonical(entries).digest);
      }),
    );
  });

  it("has another digest for another content, mode, owner, older time or attribute", () => {
    const { digest } = canonical([entry("opt/file", { content: Buffer.from("a") })]);
    for (const own of [
      { content: Buffer.from("b") },
      { mode: 0o600 },
      { uid: 1 },
      { mtime: epochSeconds - 1 },
      { xattrs: new Map([["user.a", Buffer.from("1")]]) },
    ])
      notEqual(canonical([entry("opt/file", { content: Buffer.from("a"), ...own })]).digest, digest);
  });

  it("states the digest of its bytes", () => {
    const { file, digest } = canonical([entry("opt/file", { content: Buffer.from([0xff, 0]) })]);
    equal(digest, `sha256:${createHash("sha256").update(workplace.read(file)).digest("hex")}`);
  });

  it("is canonical when made again", () => {
    fc.assert(
      fc.property(files, (entries) => {
        const first = canonical(entries);
        equal(canonical(entriesOf(first.file)).digest, first.digest);
      }),
    );
  });

  it("has parents before their children", () => {
    const directory = (path: string) => entry(path, { type: "directory" });
    const entries = [
      entry("opt/a/b"),
      entry("opt/a-b"),
      directory("opt/a"),
      entry("opt/ä"),
      directory("opt"),
    ];
    deepEqual(paths(entries), ["opt", "opt/a", "opt/a-b", "opt/a/b", "opt/ä"]);
  });

  it("leaves out what differs from build to build or belongs to one box", () => {
    const left = [
      "run/lock/x",
      "tmp/x",
      "var/tmp/x",
      "var/log/syslog",
      "var/lib/apt/lists/x",
      "var/cache/apt/archives/x.deb",
      "root/.ansible/tmp",
      "root/.cache/x",
      "etc/machine-id",
      "etc/resolv.conf",
      ".dockerenv",
      "var/lib/systemd/random-seed",
      "var/lib/dpkg/lock",
      "var/lib/dpkg/status-old",
      "var/cache/debconf/config.dat-old",
      "usr/lib/python3/__pycache__/x.cpython-311.pyc",
      "usr/lib/x.pyc",
      "opt/of two\nlines/__pycache__/x.pyc",
      "packer/__pycache__/.wh.x.pyc",
      "root/.npm/_cacache/index-v5/x",
      "root/.npm/_logs/2026-01-01T00_00_00_000Z-debug-0.log",
      "root/.pip/pip.log",
      "root/.ansible_async/j1.2",
      "root/.wget-hsts",
      "var/cache/debconf/templates.dat-old",
      "var/lib/ucf/hashfile.0",
    ];
    const kept = [
      "etc/hosts.allow",
      "opt/.wh.x.pyc",
      "opt/__pycache__/x.nbi",
      "opt/app.log",
      "opt/tmp/x",
      "opt/without/source.pyc",
      "root/.ansible/collections/x",
      "root/.npm/_npx/x",
      "run",
      "tmp",
      "usr/lib/fleet/bytecode/usr/lib/python3/x.cpython-311.pyc",
      "usr/lib/log/x",
      "usr/lib/x.py",
      "var/cache/debconf/mine-old",
      "var/lib/dpkg/alternatives/vi-old",
      "var/lib/dpkg/status",
      "var/lib/private/app/data",
      "var/lib/systemd/linger/deploy",
      "var/lib/ucf/cache/:etc:app.1",
      "var/log",
    ];
    deepEqual(paths([...left, ...kept].map((path) => entry(path))), kept);
  });

  it("leaves out folders that have nothing but what is left out, and keeps those that were always there", () => {
    const folders = [
      "root",
      "root/.ansible",
      "root/.ansible/tmp",
      "root/.npm",
      "opt/__pycache__",
      "var/lib/private",
    ];
    const directories = folders.map((path) => entry(path, { type: "directory" }));
    deepEqual(paths([...directories, entry("opt/__pycache__/x.pyc")]), ["root"]);
    const filled = [entry("root/.npm/x"), entry("opt/__pycache__/x.nbi"), entry("var/lib/private/a")];
    deepEqual(paths([...directories, ...filled]), [
      ...["opt/__pycache__", "opt/__pycache__/x.nbi", "root", "root/.npm", "root/.npm/x"],
      ...["var/lib/private", "var/lib/private/a"],
    ]);
  });

  it("tells what it leaves out, by what that is; content that has another name is in the layer", () => {
    const content = Buffer.alloc(1_500_000);
    const entries = [
      entry("var/log/a", { content }),
      entry("var/log/b", { type: "link", target: "var/log/a" }),
      entry("root/.cache/x", { content }),
      entry("opt/x", { type: "link", target: "root/.cache/x" }),
    ].map(({ content: { length }, ...rest }) => ({ ...rest, size: length, offset: 0 }));
    const { leftOut } = canonicalLayer(entries, epochSeconds, false);
    equal(leftOutText(leftOut), "caches in /root 1 (0.0 MB), logs 2 (1.5 MB)");
    equal(leftOutText(canonicalLayer([], epochSeconds, false).leftOut), "nothing");
  });

  it("of a base has the files that engines mount over, empty", () => {
    const { file } = canonical([entry("etc/hostname", { content: Buffer.from("builder") })], true);
    deepEqual(
      entriesOf(file).map(({ path, content }) => [path, content.length]),
      [...emptiedFiles].sort().map((path) => [path, 0]),
    );
  });

  it("keeps whiteouts", () => {
    deepEqual(paths([entry("opt/.wh.gone"), entry("opt/.wh..wh..opq")]), [
      "opt/.wh..wh..opq",
      "opt/.wh.gone",
    ]);
  });

  it("has the content of a hard linked file at its first name, whichever had it before", () => {
    const content = Buffer.from("text");
    const one = [entry("opt/a", { content }), entry("opt/b", { type: "link", target: "opt/a" })];
    const other = [entry("opt/b", { content }), entry("opt/a", { type: "link", target: "opt/b" })];
    equal(canonical(one).digest, canonical(other).digest);
    deepEqual(
      entriesOf(canonical(other).file).map(({ path, type, target }) => [path, type, target]),
      [
        ["opt/a", "file", ""],
        ["opt/b", "link", "opt/a"],
      ],
    );
  });

  it("has the content of a file whose first name is left out, at its next name", () => {
    const content = Buffer.from("text");
    const entries = [
      entry("root/.cache/uv/x", { content, mode: 0o755 }),
      entry("opt/b", { type: "link", target: "root/.cache/uv/x" }),
      entry("opt/a", { type: "link", target: "root/.cache/uv/x" }),
    ];
    deepEqual(
      entriesOf(canonical(entries).file).map(({ path, type, target, mode, content: own }) => [
        ...[path, type, target, mode, own.toString()],
      ]),
      [
        ["opt/a", "file", "", 0o755, "text"],
        ["opt/b", "link", "opt/a", 0o755, ""],
      ],
    );
  });

  it("has every kind of file before its other names", () => {
    const entries = [
      entry("opt/z", { type: "symlink", target: "elsewhere" }),
      entry("opt/b", { type: "link", target: "opt/z" }),
      entry("tmp/fifo", { type: "fifo" }),
      entry("opt/f", { type: "link", target: "tmp/fifo" }),
    ];
    deepEqual(
      entriesOf(canonical(entries).file).map(({ path, type, target }) => [path, type, target]),
      [
        ["opt/b", "symlink", "elsewhere"],
        ["opt/f", "fifo", ""],
        ["opt/z", "link", "opt/b"],
      ],
    );
  });

  it("gives a hard link what its target was when it was made, as unpacking does", () => {
    const entries = [
      entry("opt/a", { content: Buffer.from("old") }),
      entry("opt/b", { type: "link", target: "opt/a" }),
      entry("opt/a", { content: Buffer.from("new") }),
    ];
    deepEqual(
      entriesOf(canonical(entries).file).map(({ path, content }) => [path, content.toString()]),
      [
        ["opt/a", "new"],
        ["opt/b", "old"],
      ],
    );
  });

  it("has names in the order of their bytes, each once, whatever their bytes are", () => {
    const names = ["\udcff", "\udcfe", "\ufffd", "ü", "z"].map((name) => `opt/${name}`);
    deepEqual(
      paths(names.map((name) => entry(name))),
      ["z", "ü", "\ufffd", "\udcfe", "\udcff"].map((name) => `opt/${name}`),
    );
  });

  it("keeps a hard link to a file of a lower layer", () => {
    const link = entry("opt/b", { type: "link", target: "opt/below" });
    deepEqual(
      entriesOf(canonical([link]).file).map(({ type, target }) => [type, target]),
      [["link", "opt/below"]],
    );
  });

  it("takes the last of entries with one path, as unpacking does", () => {
    const twice = [
      entry("opt/a", { content: Buffer.from("old") }),
      entry("opt/a", { content: Buffer.from("new") }),
    ];
    deepEqual(
      entriesOf(canonical(twice).file).map(({ content }) => content.toString()),
      ["new"],
    );
  });
});
