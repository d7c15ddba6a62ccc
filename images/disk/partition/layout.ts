/** Where things lie on a disk, in bytes. */
export interface DiskLayout {
  diskBytes: number;
  esp: Partition;
  root: Partition;
}

export interface Partition {
  offsetBytes: number;
  sizeBytes: number;
}

const MiB = 1024 * 1024;

/** Room for a kernel and an initrd with drivers for every machine (measured: 28 MiB), and for its successor when it grows. */
const espMiB = 127;

/** The ESP begins at 1 MiB and the root at 128 MiB; the last MiB holds the backup of the partition table. */
const rootStartMiB = 1 + espMiB;

export const leastSizeMiB = 256;

/**
 * Plans a disk of the given size. Partitions begin at multiples of 512 KiB, the unit of the EBS direct APIs.
 * @throws Error for a size below 256 MiB or not whole.
 */
export function planLayout(sizeMiB: number, setting = "sizeMiB"): DiskLayout {
  if (!Number.isInteger(sizeMiB) || sizeMiB < leastSizeMiB)
    throw new Error(
      `${setting}: expected a whole number of at least ${leastSizeMiB}, got ${sizeMiB}; set ${setting}: 2048`,
    );
  return {
    diskBytes: sizeMiB * MiB,
    esp: { offsetBytes: MiB, sizeBytes: espMiB * MiB },
    root: { offsetBytes: rootStartMiB * MiB, sizeBytes: (sizeMiB - rootStartMiB - 1) * MiB },
  };
}
