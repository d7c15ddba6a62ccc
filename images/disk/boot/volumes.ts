import { createDisk } from "../raw/disk.ts";
import { join } from "node:path";

const sizeBytes = 64 * 1024 * 1024;

/** What the guest knows a blank volume of a boot test by (at most 20 characters for virtio). */
function serialOf(index: number): string {
  return `fleet-volume-${index}`;
}

/** The device in the guest that is the boot test's blank volume of that number, from 0. */
export function blankVolumeDevice(index: number): string {
  return `/dev/disk/by-id/virtio-${serialOf(index)}`;
}

/** Makes blank disks in the folder. @returns their paths. */
export async function makeBlankVolumes(count: number, folder: string): Promise<string[]> {
  const disks = Array.from({ length: count }, (_, index) => join(folder, `volume-${index}.raw`));
  for (const disk of disks) await createDisk(disk, sizeBytes);
  return disks;
}

/** Arguments of qemu-system-x86_64 for blank volumes. */
export function volumeArguments(disks: readonly string[]): string[] {
  return disks.flatMap((disk, index) => [
    ...["-drive", `if=none,id=volume${index},format=raw,file=${disk}`],
    ...["-device", `virtio-blk-pci,drive=volume${index},serial=${serialOf(index)}`],
  ]);
}
