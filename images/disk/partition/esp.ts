import { truncate, utimes, writeFile } from "node:fs/promises";
import { execute } from "../../../work/execute.ts";
import type { Partition } from "./layout.ts";

/** An EFI system partition in a file of its own. */
export interface EspOptions {
  file: string;
  sizeBytes: number;
  /** FAT serial number, 8 hexadecimal digits. */
  volumeId: string;
  /** Path inside the partition to file on this machine. */
  contents: Map<string, string>;
  /** Time of every file, in seconds since 1970 (FAT: from 1980 on). */
  sourceDateEpoch: number;
}

/** Arguments of mkfs.vfat; `--invariant` keeps the host's clock and random numbers out. */
export function mkfsVfatArguments({ file, volumeId }: EspOptions): string[] {
  return ["--invariant", "-F", "32", "-S", "512", "-s", "1", "-i", volumeId, "-n", "ESP", file];
}

/** Makes the partition's file system with mtools: no mount, no root. */
export async function makeEsp(options: EspOptions): Promise<void> {
  const { file, sizeBytes, contents, sourceDateEpoch } = options;
  const env = { SOURCE_DATE_EPOCH: String(sourceDateEpoch), MTOOLS_SKIP_CHECK: "1" };
  await writeFile(file, "");
  await truncate(file, sizeBytes);
  await execute("mkfs.vfat", mkfsVfatArguments(options), { env, package: "dosfstools" });
  for (const folder of foldersOf([...contents.keys()]))
    await execute("mmd", ["-i", file, `::/${folder}`], { env, package: "mtools" });
  for (const [path, source] of contents) {
    await utimes(source, sourceDateEpoch, sourceDateEpoch);
    await execute("mcopy", ["-m", "-i", file, source, `::/${path}`], { env, package: "mtools" });
  }
}

/** Puts the partition's file at its place on the disk; zero blocks stay holes. */
export async function placePartition(file: string, disk: string, { offsetBytes }: Partition): Promise<void> {
  const MiB = 1024 * 1024;
  const target = [`of=${disk}`, "bs=1M", `seek=${offsetBytes / MiB}`, "conv=notrunc,sparse", "status=none"];
  await execute("dd", [`if=${file}`, ...target], { package: "coreutils" });
}

function foldersOf(paths: string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return [...new Set(folders)];
}
