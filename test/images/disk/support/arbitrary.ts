import fc from "fast-check";
import type { Action, TreeNode } from "./tree.ts";

/** Names that have broken scripts before, and any other that Linux allows; whiteouts' own prefix is not a name. */
const hardNames = [
  ...[
    "a b",
    "a",
    "b",
    'quo"te',
    '""',
    "it's",
    "new\nline",
    "\n",
    "carriage\rreturn",
    "tab\tname",
    "-rf",
    "#comment",
    "<5>",
  ],
  ...[
    "back\\slash",
    "grüße",
    "日本",
    "🦭",
    "$(x)",
    "debugfs: stat <2>",
    "* ?",
    "etc",
    "~",
    "x".repeat(255),
    '"'.repeat(200),
  ],
  // Bytes that are no UTF-8: alone, beside text, and where a script cannot name them.
  ...["\udcff", "\udcfe", "caf\udce9", "\udcff\n", "\ufffd", "x" + "\udc80".repeat(254)],
];

export const fileName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hardNames) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "binary", minLength: 1, maxLength: 60 })
      .filter((name) => !/[/\0\ufffd]|^\.{1,2}$|^\.wh\./.test(name) && name.isWellFormed()),
  },
);

const xattrs = fc.dictionary(
  fc.constantFrom("user.note", "security.capability", "trusted.x", "user.with space"),
  fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 24 }), fc.uint8Array({ minLength: 300, maxLength: 900 })),
  { maxKeys: 3 },
);

/** Sizes around the borders of blocks, and holes. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.constantFrom(4095, 4096, 4097, 20_000, 70_001), fc.constantFrom(0, 7, 255))
    .map(([size, byte]) => Buffer.alloc(size, byte)),
);

const common = fc.record({
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.constantFrom(0, 33, 65_535, 65_536, 4_000_000_000),
  gid: fc.constantFrom(0, 42, 100_000),
  mtime: fc.integer({ min: 0, max: 4_102_444_800 }),
  xattrs: xattrs.map(
    (names) => new Map(Object.entries(names).map(([name, value]) => [name, Buffer.from(value)])),
  ),
});

const special = fc.oneof(
  fc.record({ type: fc.constant("file" as const), content }),
  fc.constant({ type: "directory" as const }),
  fc.record({
    type: fc.constant("symlink" as const),
    target: fc.oneof(fc.constantFrom("../x", "a b", "x".repeat(300), "y\nz"), fileName),
  }),
  fc.record({
    type: fc.constantFrom("character-device" as const, "block-device" as const),
    deviceMajor: fc.constantFrom(1, 5, 300),
    deviceMinor: fc.constantFrom(0, 1, 1000),
  }),
  fc.constant({ type: "fifo" as const }),
);

const plain = { content: Buffer.alloc(0), target: "", deviceMajor: 0, deviceMinor: 0 };

/** Symbolic links have all permissions on Linux, and debugfs gives them attributes as to any other file. */
const node: fc.Arbitrary<TreeNode> = fc.tuple(common, special).map(([base, extra]) => ({
  ...{ ...plain, ...base, ...extra },
  mode: extra.type === "symlink" ? 0o777 : base.mode,
}));

const which = fc.nat({ max: 1000 });

/** Chains of layers, each a list of actions. */
export const chains: fc.Arbitrary<Action[][]> = fc.array(
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant("put" as const), directory: which, name: fileName, node }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), which }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("link" as const), which, directory: which, name: fileName }),
      },
    ),
    { minLength: 1, maxLength: 14 },
  ),
  { minLength: 1, maxLength: 3 },
);
