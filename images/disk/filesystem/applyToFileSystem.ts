import { mkdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { parentOf, withAncestors, type Layer } from "../layer/entry.ts";
import { readFreeSpace, refuseFullDisk, spaceFreed, spaceNeeded } from "./capacity.ts";
import type { Plan } from "./change.ts";
import { writeContents } from "./contents.ts";
import { debugfsRequest, debugfsScript } from "./debugfs.ts";
import { checkFileSystem } from "./e2fsck.ts";
import type { FileSystem } from "./fileSystem.ts";
import { bytesPerInode } from "./mke2fs.ts";
import { readParentTree } from "./parentTree.ts";
import { planChanges } from "./plan.ts";
import { renderAttributes, renderChanges, type Script } from "./script.ts";
import { walk } from "./walk.ts";

export interface ApplyOptions {
  /** Clock of the file system and time of directories that the layer does not name, in seconds since 1970. */
  sourceDateEpoch: number;
  /** Size of the whole disk, for the message about a full one. */
  sizeMiB: number;
  /** Configuration path of that size, for the same message. */
  setting: string;
}

/**
 * Applies a layer to a file system in place, and checks it.
 * @throws Error when the layer cannot be applied or does not fit (nothing is written then), or the result is not clean.
 */
export async function applyToFileSystem(
  fileSystem: FileSystem,
  layer: Layer,
  options: ApplyOptions,
): Promise<void> {
  const { sourceDateEpoch, sizeMiB, setting } = options;
  const parent = await readParentTree(fileSystem, layer);
  const plan = planChanges(layer, parent, sourceDateEpoch);
  const free = await readFreeSpace(fileSystem);
  const freed = spaceFreed(parent);
  const available = { blocks: free.blocks + freed.blocks, inodes: free.inodes + freed.inodes };
  refuseFullDisk({ needed: spaceNeeded(layer), available, sizeMiB, bytesPerInode, setting });
  await runScript(fileSystem, renderChanges(plan.changes), sourceDateEpoch);
  await setAttributes(fileSystem, plan, sourceDateEpoch);
  await checkFileSystem(fileSystem);
}

async function setAttributes(
  fileSystem: FileSystem,
  { attributes, linkCounts }: Plan,
  seconds: number,
): Promise<void> {
  const directories = withAncestors([...attributes, ...linkCounts].map(({ path }) => parentOf(path)));
  const nodes = await walk(fileSystem, (path) => directories.has(path));
  const inodeOf = (path: string): number => nodes.get(path)?.inode ?? 0;
  await runScript(fileSystem, renderAttributes(attributes, linkCounts, inodeOf), seconds);
}

async function runScript(
  fileSystem: FileSystem,
  { steps, files }: Script,
  writeAtSeconds: number,
): Promise<void> {
  const folder = `${fileSystem.disk}.contents-${process.pid}`;
  const absolute = { ...fileSystem, disk: resolve(fileSystem.disk) };
  await mkdir(folder, { mode: 0o700 });
  try {
    writeContents(files, folder);
    for (const step of steps) {
      if ("script" in step) await debugfsScript(absolute, step.script, { cwd: folder, writeAtSeconds });
      else await debugfsRequest(absolute, step.request, { cwd: folder, writeAtSeconds });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
