/** An ext4 file system inside a disk file. */
export interface FileSystem {
  /** The disk file. */
  disk: string;
  /** Where the file system begins. */
  offsetBytes: number;
}

export const blockBytes = 4096;

/** Name by which the e2fsprogs open it (libext2fs, unix_io: options after "?"). */
export function device(fileSystem: FileSystem): string {
  return `${fileSystem.disk}?offset=${fileSystem.offsetBytes}`;
}

/**
 * Clock that the e2fsprogs shall see, so that no time of the host gets into the file system.
 * E2FSPROGS_FAKE_TIME is read by every version, SOURCE_DATE_EPOCH since 1.47.1.
 */
export function fixedClock(seconds: number): Record<string, string> {
  return { E2FSPROGS_FAKE_TIME: String(seconds), SOURCE_DATE_EPOCH: String(seconds) };
}
