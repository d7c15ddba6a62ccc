import { mkdtemp, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { execute } from "../../../work/execute.ts";

const MiB = 1024 * 1024;

/** Size of a disk file in MiB. */
export async function diskSizeMiB(disk: string): Promise<number> {
  return (await stat(disk)).size / MiB;
}

/** An empty sparse file. */
export async function createDisk(disk: string, bytes: number): Promise<void> {
  await writeFile(disk, "");
  await truncate(disk, bytes);
}

/** Arguments of cp: holes stay holes, and blocks are shared where the file system can. */
function copyArguments(from: string, to: string): string[] {
  return ["--sparse=always", "--reflink=auto", from, to];
}

export async function copyDisk(from: string, to: string): Promise<void> {
  await execute("cp", copyArguments(from, to), { package: "coreutils" });
}

/**
 * Makes a file in a folder of its own beside its place, and moves it there only when it is complete. Not synchronised: a disk
 * that a power failure spoils is made again, and waiting for gigabytes would cost more than applying most layers.
 * @param make writes the file at the first path; the second is the folder, which is removed afterwards.
 */
export async function writeWholeDisk(
  output: string,
  make: (partial: string, folder: string) => Promise<void>,
): Promise<void> {
  const target = resolve(output);
  const folder = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  const partial = join(folder, "disk");
  try {
    await make(partial, folder);
    await rename(partial, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
