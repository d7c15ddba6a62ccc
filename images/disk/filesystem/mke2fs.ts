import { execute } from "../../../work/execute.ts";
import { blockBytes, fixedClock, type FileSystem } from "./fileSystem.ts";

/** A new, empty ext4 file system. */
export interface MakeFileSystem extends FileSystem {
  sizeBytes: number;
  uuid: string;
  /** Seed of the directory hashes; random unless given. */
  hashSeed: string;
  label: string;
  /** Seconds since 1970. */
  sourceDateEpoch: number;
}

/**
 * Features are listed instead of taken from the host's mke2fs.conf, which differs between distributions and versions.
 * They are what Debian 12's kernel and e2fsprogs use by default.
 */
const features = [
  ...[
    "none",
    "has_journal",
    "ext_attr",
    "resize_inode",
    "dir_index",
    "filetype",
    "extent",
    "64bit",
    "flex_bg",
  ],
  ...["sparse_super", "large_file", "huge_file", "dir_nlink", "extra_isize", "metadata_csum"],
];

/** One inode for so many bytes: mke2fs's own default, fixed here because small disks would get another. */
export const bytesPerInode = 16384;

/** The journal is used only where the root is mounted writable; 1024 blocks are the least that ext4 takes. */
const journalMiB = 16;

/** Arguments of mke2fs; the same arguments make the same bytes. */
export function mke2fsArguments(make: MakeFileSystem): string[] {
  const extended = [
    `offset=${make.offsetBytes}`,
    `hash_seed=${make.hashSeed}`,
    "root_owner=0:0",
    "lazy_itable_init=0",
    "lazy_journal_init=0",
    "nodiscard",
  ];
  return [
    ...["-q", "-F", "-t", "ext4", "-O", features.join(","), "-b", String(blockBytes), "-I", "256", "-m", "0"],
    ...["-i", String(bytesPerInode), "-J", `size=${make.sizeBytes < 256 * 1024 * 1024 ? 4 : journalMiB}`],
    ...["-U", make.uuid, "-L", make.label, "-E", extended.join(",")],
    ...[make.disk, `${Math.floor(make.sizeBytes / 1024)}k`],
  ];
}

export async function makeFileSystem(make: MakeFileSystem): Promise<void> {
  const env = { ...fixedClock(make.sourceDateEpoch), MKE2FS_CONFIG: "/dev/null" };
  await execute("mke2fs", mke2fsArguments(make), { env, package: "e2fsprogs" });
}
