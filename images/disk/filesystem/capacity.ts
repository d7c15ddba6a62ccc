import { nameBytes } from "../../archive/nameText.ts";
import { nameOf, parentOf, type Layer, type LayerEntry } from "../layer/entry.ts";
import { debugfsRequest } from "./debugfs.ts";
import { blockBytes, type FileSystem } from "./fileSystem.ts";
import { parseFreeSpace } from "./listing.ts";
import type { ParentTree } from "./parentTree.ts";

/** Space in a file system. */
export interface Space {
  blocks: number;
  inodes: number;
}

/** Attributes up to this size fit in an inode of 256 bytes beside their headers. */
const inlineXattrBytes = 64;

/**
 * Space that a layer takes, at most: content, one extent block for every 340 blocks of a file (as if each block lay
 * elsewhere; ext4 documentation, "Extent Tree"), directory entries with one spare block for each directory.
 */
export function spaceNeeded(layer: Layer): Space {
  const entries = [...layer.entries.values()];
  const directories = new Map<string, number>();
  for (const { path } of entries) {
    const parent = parentOf(path);
    directories.set(parent, (directories.get(parent) ?? 0) + 12 + nameBytes(nameOf(path)).length);
  }
  const growth = [...directories.values()].map((bytes) => Math.ceil(bytes / (blockBytes - 300)) + 1);
  return {
    blocks: sum(entries.map(entryBlocks)) + sum(growth),
    inodes: entries.filter(({ type }) => type !== "link").length,
  };
}

function entryBlocks(entry: LayerEntry): number {
  const xattrBytes = sum([...entry.xattrs].map(([name, value]) => name.length + value.length + 20));
  const xattrBlocks = xattrBytes > inlineXattrBytes ? 1 : 0;
  const content = Math.ceil(entry.size / blockBytes);
  const extents = content > 4 ? Math.ceil(content / 340) + 1 : 0;
  const body =
    entry.type === "directory" || (entry.type === "symlink" && nameBytes(entry.target).length >= 60)
      ? 1
      : content + extents;
  return body + xattrBlocks;
}

/** Space that removing and replacing gives back before anything new is written. */
export function spaceFreed({ doomed, nodes, details }: ParentTree): Space {
  const inodes = new Set([...doomed].map((path) => nodes.get(path)?.inode ?? 0));
  const gone = [...inodes].map((inode) => details.get(inode)).filter((detail) => detail !== undefined);
  const alone = gone.filter(({ links }) => links <= 1);
  return {
    blocks: sum(alone.map(({ sectors }) => Math.floor((sectors * 512) / blockBytes))),
    inodes: alone.length,
  };
}

export async function readFreeSpace(fileSystem: FileSystem): Promise<Space> {
  const { freeBlocks, freeInodes } = parseFreeSpace(await debugfsRequest(fileSystem, "show_super_stats -h"));
  return { blocks: freeBlocks, inodes: freeInodes };
}

/** What is asked of {@link refuseFullDisk}. */
export interface CapacityQuestion {
  needed: Space;
  available: Space;
  /** Size of the whole disk now. */
  sizeMiB: number;
  bytesPerInode: number;
  /** Configuration path to name in the message. */
  setting: string;
}

/** @throws Error with the size to set, when the space is not there. */
export function refuseFullDisk(question: CapacityQuestion): void {
  const { sizeMiB, setting } = question;
  const enough = sufficientMiB(question);
  if (enough <= sizeMiB) return;
  throw new Error(`${setting}: expected at least ${enough}, got ${sizeMiB}; set ${setting}: ${enough}`);
}

/**
 * Size at which the missing blocks and inodes fit: growing by a MiB brings 64 inodes, and 1.6 % of it goes to their table
 * (3 % are counted, for group descriptors and bitmaps). Rounded up to 64 MiB, so that small additions do not ask again.
 */
export function sufficientMiB({ needed, available, sizeMiB, bytesPerInode }: CapacityQuestion): number {
  const bytes = Math.max(
    (needed.blocks - available.blocks) * blockBytes * 1.03,
    (needed.inodes - available.inodes) * bytesPerInode,
  );
  return bytes <= 0 ? sizeMiB : Math.ceil((sizeMiB + bytes / 1024 / 1024) / 64) * 64;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
