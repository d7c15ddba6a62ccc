import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameText } from "../../../../images/archive/nameText.ts";
import { debugfsScript } from "../../../../images/disk/filesystem/debugfs.ts";
import type { FileSystem } from "../../../../images/disk/filesystem/fileSystem.ts";
import { walk } from "../../../../images/disk/filesystem/walk.ts";
import type { Tree, TreeNode } from "./tree.ts";

/** What a file system holds, in a form that can be compared: by path, with the paths that are the same file. */
export type Description = Record<
  string,
  {
    node: Omit<TreeNode, "content" | "xattrs">;
    times: number[];
    links: number;
    content: string;
    xattrs: Record<string, string>;
    names: string[];
  }
>;

const types = {
  1: "fifo",
  2: "character-device",
  4: "directory",
  6: "block-device",
  10: "symlink",
  8: "file",
} as const;

/** Describes the model. */
export function describeTree(tree: Tree): Description {
  const described = [...tree].map(([path, node]) => {
    const names = [...tree]
      .filter(([, other]) => other === node)
      .map(([name]) => name)
      .sort();
    const children = [...tree].filter(
      ([name, child]) =>
        child.type === "directory" &&
        name.startsWith(`${path}/`) &&
        !name.slice(path.length + 1).includes("/"),
    );
    const { content, xattrs, ...rest } = node;
    const links = node.type === "directory" ? 2 + children.length : names.length;
    const values = Object.fromEntries(
      [...xattrs].sort().map(([name, value]) => [name, value.toString("hex")]),
    );
    return [
      path,
      {
        node: rest,
        times: Array<number>(4).fill(node.mtime),
        links,
        content: content.toString("hex"),
        xattrs: values,
        names,
      },
    ] as const;
  });
  return Object.fromEntries(described);
}

/** Reads a file system back with debugfs: `stat`, `ea_get` and `dump` of every inode. */
export async function describeFileSystem(fileSystem: FileSystem): Promise<Description> {
  const folder = mkdtempSync(join(tmpdir(), "read-back-"));
  try {
    const nodes = await walk(fileSystem, () => true);
    nodes.delete("");
    nodes.delete("lost+found");
    const inodes = new Map([...nodes.values()].map(({ inode, mode }) => [inode, mode >> 12]));
    const stats = await statAll(fileSystem, [...inodes.keys()]);
    await dumpAll(fileSystem, inodes, stats, folder);
    const described = [...nodes].map(([path, { inode, mode }]) => {
      const stat = stats.get(inode)!;
      const type = types[(mode >> 12) as keyof typeof types];
      const names = [...nodes]
        .filter(([, other]) => other.inode === inode)
        .map(([name]) => name)
        .sort();
      const target =
        type === "symlink" ? (stat.fastLink ?? nameText(readFileSync(join(folder, String(inode))))) : "";
      const content = type === "file" ? readFileSync(join(folder, String(inode))).toString("hex") : "";
      const { times, links, ...rest } = stat.facts;
      const xattrs = Object.fromEntries(
        stat.xattrNames
          .sort()
          .map((name, index) => [name, readFileSync(join(folder, `${inode}-${index}`)).toString("hex")]),
      );
      return [path, { node: { type, target, ...rest }, times, links, content, xattrs, names }] as const;
    });
    return Object.fromEntries(described);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stat {
  facts: {
    mode: number;
    uid: number;
    gid: number;
    mtime: number;
    times: number[];
    links: number;
    deviceMajor: number;
    deviceMinor: number;
  };
  xattrNames: string[];
  /** Target of a symbolic link that is kept in the inode; longer ones have a block. */
  fastLink?: string;
}

async function statAll(fileSystem: FileSystem, inodes: number[]): Promise<Map<number, Stat>> {
  const output = await debugfsScript(
    fileSystem,
    inodes.flatMap((inode) => [`stat <${inode}>`, `ea_list <${inode}>`]),
  );
  const sections = output.split(/^debugfs: (?=stat <\d+>$)/m).slice(1);
  return new Map(sections.map((section) => [Number(/\d+/.exec(section)?.[0]), parseStat(section)]));
}

function parseStat(section: string): Stat {
  const number = (pattern: RegExp): number => Number(pattern.exec(section)?.[1] ?? 0) >>> 0; // debugfs prints them signed
  const times = ["ctime", "atime", "mtime", "crtime"].map((name) => {
    const [, seconds = "", extra = ""] = new RegExp(`^ *${name}: 0x(\\w+):(\\w+)`, "m").exec(section) ?? [];
    return (parseInt(seconds, 16) | 0) + (parseInt(extra, 16) & 3) * 2 ** 32; // ext4: two more bits of seconds
  });
  const attributes = section.split(/^debugfs: ea_list <\d+>$/m)[1] ?? "";
  const facts = {
    mode: parseInt(/Mode: +(\d+)/.exec(section)?.[1] ?? "", 8),
    uid: number(/User: +(-?\d+)/),
    gid: number(/Group: +(-?\d+)/),
    mtime: times[2] ?? 0,
    times,
    links: number(/^Links: (\d+)/m),
    deviceMajor: number(/major\/minor number: (\d+):/),
    deviceMinor: number(/major\/minor number: \d+:(\d+)/),
  };
  const fastLink = /^Fast link dest: "([\s\S]*)"\n(?=debugfs: ea_list|Extended attributes:)/m.exec(
    section,
  )?.[1];
  return {
    facts,
    ...(fastLink === undefined ? {} : { fastLink }),
    xattrNames: [...attributes.matchAll(/^ {2}(.+?) \(\d+\)(?: = |$)/gm)].map((match) => match[1] ?? ""),
  };
}

async function dumpAll(
  fileSystem: FileSystem,
  inodes: Map<number, number>,
  stats: Map<number, Stat>,
  folder: string,
): Promise<void> {
  const lines = [...inodes].flatMap(([inode, type]) => [
    ...(type === 8 || (type === 10 && stats.get(inode)!.fastLink === undefined)
      ? [`dump <${inode}> "${join(folder, String(inode))}"`]
      : []),
    ...stats
      .get(inode)!
      .xattrNames.sort()
      .map((name, index) => `ea_get -f "${join(folder, `${inode}-${index}`)}" <${inode}> "${name}"`),
  ]);
  await debugfsScript(fileSystem, lines);
}
