import fc from "fast-check";

/** One name of a tree, as tree.py makes it. Texts have a character for each byte. */
export interface TreeNode {
  path: string;
  type: "file" | "directory" | "symlink" | "link" | "character-device" | "block-device" | "fifo" | "socket";
  mode: number;
  uid: number;
  gid: number;
  /** Seconds since 1970, perhaps with half of one. */
  mtime: number;
  size: number;
  /** Where a file has data. */
  parts: [at: number, text: string][];
  target: string;
  major: number;
  minor: number;
  /** Hexadecimal values by name. */
  xattrs: Record<string, string>;
}

const isRoot = process.getuid?.() === 0;
const utf8 = (text: string) => Buffer.from(text).toString("latin1");

/** Folders that images have, those that they have not, deep ones, and one whose name is no UTF-8. */
export const folders = [
  ...["opt", "opt/app", "opt/app/__pycache__", "srv/\xff", `opt/${"d".repeat(120)}/${"e".repeat(120)}`],
  ...["tmp", "var/log/app", "root/.cache/uv", "root/.npm/_logs", "usr/lib/fleet/bytecode/__pycache__"],
  ...["var/lib/systemd/linger", "var/lib/dpkg/alternatives", "var/lib/private"],
];

const names = [
  ...["a", "b", "b.py", "b.pyc", "c.pyc", "x.log", "vi-old", ".wh.gone", ".wh.b.pyc", ".wh..wh..opq"],
  ...["\xff", "\xfe", "caf\xe9", utf8("grüße"), utf8("日本"), "\xed\xa0\x80", utf8("\ufffd"), "\xc3"],
  ...["n".repeat(101), "m".repeat(250), 'q"uote', "new\nline", " a ", "-dash", "back\\slash", "100%"],
];

const fileContent = fc.oneof(
  fc.constant({ size: 0, parts: [] }),
  fc
    .uint8Array({ minLength: 1, maxLength: 1200 })
    .map((bytes) => ({ size: bytes.length, parts: [[0, Buffer.from(bytes).toString("latin1")]] })),
  // With holes: before, between and after the data; more parts than one header has room for.
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }),
      fc.constantFrom(1, 700, 4096),
      fc.nat(3),
    )
    .map(([blocks, bytes, rest]) => ({
      size: 8192 * (rest + 1) * 61,
      parts: blocks.sort((a, b) => a - b).map((block) => [block * 8192, "x".repeat(bytes)]),
    })),
) as fc.Arbitrary<Pick<TreeNode, "size" | "parts">>;

/** An access control list: of the owner, the user 4321, the group, the mask and all others. */
const accessList =
  "02000000" +
  "01000600ffffffff" +
  "02000400e1100000" +
  "04000400ffffffff" +
  "10000600ffffffff" +
  "20000000ffffffff";
const capability = "0100000200040000" + "00000000".repeat(3);

const fileXattrs = fc.dictionary(
  fc.constantFrom(
    "user.a",
    "user.\xe9",
    "user.big",
    "system.posix_acl_access",
    ...(isRoot ? ["security.capability", "trusted.x"] : []),
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("hex")),
);

function fitting(xattrs: Record<string, string>, type: string): Record<string, string> {
  const fixed: Record<string, string> = {
    "system.posix_acl_access": accessList,
    "system.posix_acl_default": accessList,
    "security.capability": capability,
  };
  return Object.fromEntries(
    Object.entries(xattrs)
      .filter(([name]) => type === "file" || name !== "security.capability")
      .map(([name, value]) => [name, fixed[name] ?? value]),
  );
}

const special = fc.oneof(
  { weight: 4, arbitrary: fileContent.map((content) => ({ type: "file" as const, ...content })) },
  { weight: 1, arbitrary: fc.constant({ type: "directory" as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("../x", "caf\xe9", "/\xff/\xfe", "t".repeat(300), utf8("grüße"))
      .map((target) => ({ type: "symlink" as const, target })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ type: "fifo" as const }, { type: "socket" as const }) },
  {
    weight: isRoot ? 1 : 0,
    arbitrary: fc.record({
      type: fc.constantFrom("character-device" as const, "block-device" as const),
      major: fc.constantFrom(1, 300),
      minor: fc.constantFrom(0, 3, 70_000),
    }),
  },
);

const common = fc.record({
  mode: fc.integer({ min: 0, max: 0o7777 }).map((mode) => (isRoot ? mode : mode | 0o700)),
  uid: isRoot ? fc.constantFrom(0, 33, 65_536, 4_000_000) : fc.constant(process.getuid?.() ?? 0),
  gid: isRoot ? fc.constantFrom(0, 42, 100_000) : fc.constant(process.getgid?.() ?? 0),
  mtime: fc
    .tuple(
      fc.oneof(fc.integer({ min: -10_000, max: 2 ** 31 }), fc.constantFrom(0, -1)),
      fc.constantFrom(0, 0.5),
    )
    // Before 1970 bsdtar writes parts of seconds wrongly.
    .map(([seconds, half]) => (seconds < 0 ? seconds : seconds + half)),
});

const plain = { size: 0, parts: [], target: "", major: 0, minor: 0 };
const socketPathBytes = 100;

const node: fc.Arbitrary<TreeNode> = fc
  .tuple(common, special, fileXattrs, fc.constantFrom(...folders), fc.constantFrom(...names))
  .map(([base, own, xattrs, folder, name]) => {
    const attributes = own.type === "file" || own.type === "directory" ? fitting(xattrs, own.type) : {};
    const defaults =
      own.type === "directory" && "user.a" in xattrs ? { "system.posix_acl_default": accessList } : {};
    const type = own.type === "socket" && name.length > socketPathBytes ? "fifo" : own.type;
    return {
      ...plain,
      ...base,
      ...own,
      type,
      path: `${folder}/${name}`,
      xattrs: { ...attributes, ...defaults },
    };
  });

/** A further name of something, in any folder. */
const link = fc.record({
  of: fc.nat(1000),
  folder: fc.constantFrom(...folders),
  name: fc.constantFrom(...names),
});

/** Trees of files of every kind, with hard links between all folders. Every folder is named. */
export const trees: fc.Arbitrary<TreeNode[]> = fc
  .tuple(
    fc.array(node, { minLength: 1, maxLength: 16 }),
    fc.array(link, { maxLength: 8 }),
    fc.array(common, { minLength: 1, maxLength: 5 }),
  )
  .map(([nodes, links, owners]) => {
    const byPath = new Map(nodes.map((each) => [each.path, each]));
    // GNU tar knows further names of these alone.
    const linkable = [...byPath.values()].filter(({ type }) => type === "file" || type === "symlink");
    for (const { of, folder, name } of links) {
      const target = linkable[of % Math.max(linkable.length, 1)];
      const path = `${folder}/${name}`;
      if (target && !byPath.has(path))
        byPath.set(path, { ...target, type: "link", path, target: target.path });
    }
    const above = new Set([...byPath.keys()].flatMap(foldersAbove));
    const named = [...above].sort().map((path, index): TreeNode => {
      const own = owners[index % owners.length];
      return {
        ...plain,
        ...(own ?? { mode: 0o755, uid: 0, gid: 0, mtime: 0 }),
        path,
        type: "directory",
        xattrs: {},
      };
    });
    return [...named, ...byPath.values()];
  });

function foldersAbove(path: string): string[] {
  return path.split("/").flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join("/")]));
}
