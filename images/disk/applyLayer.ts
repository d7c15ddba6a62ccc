import { defaultSetting } from "./buildBaseDisk.ts";
import { copyDisk, diskSizeMiB, writeWholeDisk } from "./raw/disk.ts";
import { applyToFileSystem } from "./filesystem/applyToFileSystem.ts";
import { withDiskFiles, type DiskFacts } from "./diskFiles.ts";
import { readLayer } from "./layer/readLayer.ts";
import { planLayout } from "./partition/layout.ts";

export interface ApplyLayerOptions extends DiskFacts {
  parentDisk: string;
  /** Uncompressed tar of the one layer. */
  layerTar: string;
  /** Disk file to make; replaced when it exists. */
  output: string;
  /** Clock of the disk, in seconds since 1970. */
  sourceDateEpoch: number;
  /** Configuration path of the size, for messages; default: `images.<name>.disk.sizeMiB`. */
  setting?: string;
}

/**
 * Makes the disk of an image from the disk of its parent and one layer. The file system is never rebuilt: a sparse copy is
 * changed in place, so that only the blocks differ that the layer touches.
 * @throws Error when the layer is damaged, does not fit (with the size to set), or brings another kernel.
 */
export async function applyLayer(options: ApplyLayerOptions): Promise<void> {
  const { parentDisk, layerTar, output, sourceDateEpoch, setting = defaultSetting } = options;
  const layer = readLayer(layerTar);
  refuseKernel(layer.entries.keys(), layerTar);
  const sizeMiB = await diskSizeMiB(parentDisk);
  const { root } = planLayout(sizeMiB, setting);
  await writeWholeDisk(output, async (disk, folder) => {
    await copyDisk(parentDisk, disk);
    const complete = withDiskFiles(layer, options, { sourceDateEpoch, folder, base: false });
    const fileSystem = { disk, offsetBytes: root.offsetBytes };
    await applyToFileSystem(fileSystem, complete, { sourceDateEpoch, sizeMiB, setting });
  });
}

/** The boot partition is made with the base disk; a kernel above it would never be started. */
function refuseKernel(paths: Iterable<string>, layerTar: string): void {
  const found = [...paths].find((path) => /^boot\/(vmlinuz|initrd\.img)-/.test(path));
  if (found !== undefined)
    throw new Error(
      `${layerTar}: expected no kernel above the machine layer, got /${found}; install it in the role "machine"`,
    );
}
