import { createDisk, writeWholeDisk } from "./raw/disk.ts";
import { applyToFileSystem } from "./filesystem/applyToFileSystem.ts";
import { makeFileSystem } from "./filesystem/mke2fs.ts";
import { diskIds, type DiskIds } from "./partition/ids.ts";
import { withDiskFiles, type DiskFacts } from "./diskFiles.ts";
import { mergeLayers } from "./layer/mergeLayers.ts";
import { readLayer } from "./layer/readLayer.ts";
import { makeBootable } from "./partition/boot.ts";
import { planLayout, type DiskLayout } from "./partition/layout.ts";
import { writePartitionTable } from "./partition/sfdisk.ts";

export interface BaseDiskOptions extends DiskFacts {
  /** Uncompressed layer tars, lowest first: base, then machine. */
  layers: string[];
  /** Size of the whole disk, of which 129 MiB are for booting and the partition table. */
  sizeMiB: number;
  /** Disk file to make; replaced when it exists. */
  output: string;
  /** Added to `root=PARTUUID=… ro`; default: {@link defaultCommandLine}. */
  kernelCommandLine?: string;
  /** Clock of the disk, in seconds since 1970. */
  sourceDateEpoch: number;
  /** What identifiers are derived from; default: the digest. */
  idSeed?: string;
  /** Configuration path of the size, for messages; default: `images.<name>.disk.sizeMiB`. */
  setting?: string;
}

/** Serial console for EC2's console output and the boot test; a kernel that dies starts again after 10 s. */
const defaultCommandLine =
  "console=tty0 console=ttyS0,115200n8 panic=10 quiet loglevel=4 systemd.show_status=yes";

export const defaultSetting = "images.<name>.disk.sizeMiB";

/**
 * Makes a bootable disk from a chain of layers. The same options give the same bytes, whoever runs it and where.
 * @throws Error when a layer is damaged, the disk is too small (with the size to set), or the image has no kernel.
 */
export async function buildBaseDisk(options: BaseDiskOptions): Promise<void> {
  const {
    layers,
    sizeMiB,
    output,
    setting = defaultSetting,
    sourceDateEpoch,
    digest,
    idSeed = digest,
  } = options;
  const kernelCommandLine = options.kernelCommandLine ?? defaultCommandLine;
  const layout = planLayout(sizeMiB, setting);
  const ids = diskIds(idSeed);
  const merged = mergeLayers(layers.map(readLayer));
  await writeWholeDisk(output, async (disk, folder) => {
    const layer = withDiskFiles(merged, options, { sourceDateEpoch, folder, base: true });
    const root = { disk, offsetBytes: layout.root.offsetBytes };
    await createDisk(disk, layout.diskBytes);
    await writePartitionTable(disk, layout, ids);
    await makeRoot(disk, layout, ids, sourceDateEpoch);
    await applyToFileSystem(root, layer, { sourceDateEpoch, sizeMiB, setting });
    await makeBootable({ disk, layout, ids, kernelCommandLine, sourceDateEpoch, folder });
  });
}

async function makeRoot(
  disk: string,
  layout: DiskLayout,
  ids: DiskIds,
  sourceDateEpoch: number,
): Promise<void> {
  const { rootFileSystem: uuid, hashSeed } = ids;
  await makeFileSystem({ disk, ...layout.root, uuid, hashSeed, label: "root", sourceDateEpoch });
}
