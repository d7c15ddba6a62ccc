import { join } from "node:path";
import { debugfsRequest } from "../filesystem/debugfs.ts";
import type { FileSystem } from "../filesystem/fileSystem.ts";
import { walk } from "../filesystem/walk.ts";
import type { DiskIds } from "./ids.ts";
import { parentOf, withAncestors } from "../layer/entry.ts";
import { makeEsp, placePartition } from "./esp.ts";
import type { DiskLayout } from "./layout.ts";
import { makeUnifiedKernel, type UnifiedKernel } from "./uki.ts";

export interface BootOptions {
  disk: string;
  layout: DiskLayout;
  ids: DiskIds;
  /** What is added to `root=PARTUUID=… ro`. */
  kernelCommandLine: string;
  sourceDateEpoch: number;
  /** Working folder. */
  folder: string;
}

/** Where the `machine` role puts systemd's stub. */
const stubPath = "usr/lib/systemd/boot/efi/linuxx64.efi.stub";

/**
 * Makes the disk bootable from what its own root holds: newest kernel, its initrd, and the stub, as EFI/BOOT/BOOTX64.EFI,
 * the path that firmware tries by itself (UEFI specification, 3.5.1.1).
 */
export async function makeBootable(options: BootOptions): Promise<void> {
  const { disk, layout, ids, sourceDateEpoch, folder } = options;
  const image = join(folder, "BOOTX64.EFI");
  await makeUnifiedKernel(await takeParts(options), folder, image);
  const file = join(folder, "esp");
  const contents = new Map([["EFI/BOOT/BOOTX64.EFI", image]]);
  await makeEsp({
    file,
    sizeBytes: layout.esp.sizeBytes,
    volumeId: ids.espVolume,
    contents,
    sourceDateEpoch,
  });
  await placePartition(file, disk, layout.esp);
}

async function takeParts(options: BootOptions): Promise<UnifiedKernel> {
  const { disk, layout, ids, kernelCommandLine, sourceDateEpoch, folder } = options;
  const root = { disk, offsetBytes: layout.root.offsetBytes };
  const version = await newestKernel(root);
  return {
    stub: await dump(root, stubPath, join(folder, "stub")),
    kernel: await dump(root, `boot/vmlinuz-${version}`, join(folder, "kernel")),
    initrd: await dump(root, `boot/initrd.img-${version}`, join(folder, "initrd")),
    osRelease: await dump(root, "usr/lib/os-release", join(folder, "os-release")),
    commandLine: `root=PARTUUID=${ids.rootPartition} ro ${kernelCommandLine}`.trim(),
    sourceDateEpoch,
  };
}

const interior = withAncestors(["boot", parentOf(stubPath)]);

async function newestKernel(root: FileSystem): Promise<string> {
  const nodes = await walk(root, (path) => interior.has(path));
  const kernels = [...nodes.keys()].flatMap((path) => /^boot\/vmlinuz-(.+)$/.exec(path)?.[1] ?? []);
  const newest = kernels.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (newest === undefined) throw missing("/boot/vmlinuz-*");
  for (const path of [`boot/initrd.img-${newest}`, stubPath]) if (!nodes.has(path)) throw missing(`/${path}`);
  return newest;
}

function missing(path: string): Error {
  return new Error(
    `${path}: expected in the image, got nothing; add the role "machine" to the chain of layers`,
  );
}

async function dump(root: FileSystem, path: string, target: string): Promise<string> {
  await debugfsRequest(root, `dump "/${path}" "${target.replaceAll('"', '""')}"`);
  return target;
}
