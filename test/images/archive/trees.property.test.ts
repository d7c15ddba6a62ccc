import { deepEqual, equal } from "node:assert/strict";
import { closeSync, fstatSync, mkdirSync, openSync, rmSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { canonicalLayer } from "../../../images/archive/canonical.ts";
import { indexTar } from "../../../images/archive/readTar.ts";
import { writeLayer } from "../../../images/archive/writeLayer.ts";
import { needs } from "../disk/support/tools.ts";
import { trees, type TreeNode } from "./arbitraryTree.ts";
import { Workplace } from "./fixture.ts";

const runs = Number(process.env["FLEET_PROPERTY_RUNS"] ?? 8);
const epochSeconds = 1_700_000_000;
const treeProgram = path.join(import.meta.dirname, "tree.py");

const allXattrs = ["--xattrs", "--xattrs-include=*"];
/** Ways to write one tree with all that it has: of equal content, so of equal bytes once they are canonical. */
const complete = [
  ["--format=posix", ...allXattrs],
  ["--format=posix", ...allXattrs, "--acls", "--sparse", "--sparse-version=1.0", "--sort=inode"],
  ["--format=posix", ...allXattrs, "--sparse", "--sparse-version=0.1", "--numeric-owner"],
  ["--format=posix", ...allXattrs, "--sparse", "--sparse-version=0.0", "--owner-map=/dev/null"],
];
/** The same without attributes, which only pax has. */
const bare = [
  ["--format=posix", "--sparse"],
  ["--format=gnu", "--sparse"],
  ["--format=gnu", "--sort=inode"],
];

describe("a tree of files as a canonical layer", function () {
  this.timeout(120_000);
  const workplace = new Workplace();
  let hasBsdtar = false;

  before(async function () {
    needs(this, "tar", "python3");
    const { failed } = await execa("bsdtar", ["--version"], { reject: false });
    hasBsdtar = !failed;
    if (failed) console.log("      without bsdtar: not found on PATH");
  });
  after(() => {
    workplace.dispose();
  });

  it("is what the tree was, apart from what is declared, from whatever form of tar, and the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const folder = await made(tree);
        const expected = expectedOf(await describeTree(folder));
        const first = canonical(await archived("tar", complete[0] ?? [], folder));
        deepEqual(await describeTree(await unpacked(first.file)), expected);
        for (const options of complete.slice(1))
          equal(canonical(await archived("tar", options, folder)).digest, first.digest, options.join(" "));
        if (hasBsdtar && bsdtarCan(tree)) {
          const file = await archived("bsdtar", bsdtarOptions(tree), folder);
          equal(canonical(file).digest, first.digest, "bsdtar");
        }
        equal(canonical(first.file).digest, first.digest, "made again");
        const plain = await Promise.all(bare.map((options) => archived("tar", options, folder)));
        deepEqual(new Set(plain.map((file) => canonical(file).digest)).size, 1);
        rmSync(folder, { recursive: true });
      }),
      { numRuns: runs },
    );
  });

  it("does not show in which order and when it was made", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(10 ** 6), async (tree, later) => {
        const again = [...tree].reverse().map((node) => ({ ...node, mtime: moved(node.mtime, later) }));
        // What is linked to must be there first.
        again.sort((a, b) => Number(a.type === "link") - Number(b.type === "link"));
        const [one, other] = [await made(tree), await made(again)];
        const digests = [one, other].map(
          async (folder) => canonical(await archived("tar", complete[0] ?? [], folder)).digest,
        );
        equal(new Set(await Promise.all(digests)).size, 1);
        for (const folder of [one, other]) rmSync(folder, { recursive: true });
      }),
      { numRuns: runs },
    );
  });

  function canonical(archive: string): { file: string; digest: string } {
    const file = workplace.path();
    const source = openSync(archive, "r");
    try {
      const { entries } = canonicalLayer(indexTar(source, 0, fstatSync(source).size), epochSeconds, false);
      return { file, digest: writeLayer(source, entries, file) };
    } finally {
      closeSync(source);
    }
  }

  async function made(nodes: readonly TreeNode[]): Promise<string> {
    const folder = newFolder();
    await execa("python3", [treeProgram, "make", folder], { input: JSON.stringify(nodes) });
    return folder;
  }

  async function archived(program: string, options: readonly string[], folder: string): Promise<string> {
    const archive = workplace.path();
    await execa(program, [...options, "-cf", archive, "-C", folder, "."], { env: { LC_ALL: "C.UTF-8" } });
    return archive;
  }

  async function unpacked(archive: string): Promise<string> {
    const folder = newFolder();
    const options = [
      ...allXattrs,
      "--numeric-owner",
      "--delay-directory-restore",
      "-xpf",
      archive,
      "-C",
      folder,
    ];
    await execa("tar", options, { env: { LC_ALL: "C.UTF-8" } });
    return folder;
  }

  function newFolder(): string {
    const folder = workplace.path();
    mkdirSync(folder);
    return folder;
  }
});

/** Attributes with other names bsdtar leaves out. */
function bsdtarCan(tree: readonly TreeNode[]): boolean {
  return tree.every(({ xattrs }) => !Object.keys(xattrs).some((name) => name.includes("\xe9")));
}

/** Where names are long it gives a file with holes half of one (3.6). */
function bsdtarOptions(tree: readonly TreeNode[]): string[] {
  const isLong = tree.some((node) => node.path.length > 90);
  return ["--format=pax", "--xattrs", "--acls", ...(isLong ? ["--no-read-sparse"] : [])];
}

/** A time that is clamped, as another one that is. */
function moved(mtime: number, later: number): number {
  return mtime >= epochSeconds ? epochSeconds + later : mtime;
}

/** A name as tree.py describes it. */
interface Described extends Pick<TreeNode, "path" | "type" | "mode" | "mtime"> {
  inode: number;
}
type Files = Map<string, Omit<Described, "inode"> & { names: string[] }>;

async function describeTree(folder: string): Promise<Files> {
  const { stdout } = await execa("python3", [treeProgram, "describe", folder]);
  return byName(JSON.parse(stdout) as Described[]);
}

/** By path, each with all names of the same file. */
function byName(described: readonly Described[]): Files {
  const sorted = [...described].sort((a, b) => (a.path < b.path ? -1 : 1));
  const namesOf = (inode: number) => sorted.filter((each) => each.inode === inode).map((each) => each.path);
  return new Map(sorted.map(({ inode, ...node }) => [node.path, { ...node, names: namesOf(inode) }]));
}

/** What is left of a tree in an image, said once more in other words than the declared omissions. */
function expectedOf(files: Files): Files {
  const stays = new Set([...files.keys()].filter((name) => !goes(name, files)));
  const emptied = ["root/.npm", "var/lib/private", "var/lib/systemd/linger", "opt/app/__pycache__"];
  for (const folder of emptied)
    if (![...stays].some((name) => name.startsWith(`${folder}/`))) stays.delete(folder);
  return new Map(
    [...files]
      .filter(([name]) => stays.has(name))
      .map(([name, { names, mtime, ...rest }]) => {
        const node = { ...rest, mtime: Math.min(mtime, epochSeconds) };
        return [name, { ...node, names: names.filter((other) => stays.has(other)) }];
      }),
  );
}

function goes(name: string, files: Files): boolean {
  const type = files.get(name)?.type;
  if (type === "socket") return true; // tar has none, as Docker has none
  if (/^(tmp|var\/log)\/|^root\/\.cache(\/|$)|^root\/\.npm\/_logs(\/|$)/.test(name)) return true;
  if (name.startsWith("usr/lib/fleet/") || !name.endsWith(".pyc")) return false;
  if (name.startsWith("opt/app/__pycache__/")) return true;
  const isMark = /(^|\/)\.wh\.[^/]*$/.test(name);
  return !isMark && type !== "directory" && files.has(name.slice(0, -1));
}
