import { execute } from "../execute.ts";

/** Formats that qemu-img writes for us. */
export type ImageFormat = "raw" | "qcow2" | "vmdk";

/** Arguments for an overlay that takes the writes of a boot, so that the disk itself stays as it is. */
export function overlayArguments(disk: string, format: ImageFormat, overlay: string): string[] {
  return ["create", "-q", "-f", "qcow2", "-F", format, "-b", disk, overlay];
}

/** Arguments for a conversion; streamOptimized is what vSphere imports and OVA files hold. */
export function convertArguments(disk: string, format: ImageFormat, output: string): string[] {
  const options = format === "vmdk" ? ["-o", "subformat=streamOptimized"] : [];
  return ["convert", "-f", "raw", "-O", format, ...options, disk, output];
}

export async function qemuImg(args: string[]): Promise<string> {
  const { stdout } = await execute("qemu-img", args, { package: "qemu-utils" });
  return stdout;
}

/** Bytes that an overlay holds itself, beyond what lies below it. */
export async function overlayBytes(overlay: string): Promise<number> {
  const map = JSON.parse(await qemuImg(["map", "--output=json", overlay])) as {
    depth: number;
    length: number;
    present?: boolean;
  }[];
  return map
    .filter(({ depth, present }) => depth === 0 && present !== false)
    .reduce((sum, { length }) => sum + length, 0);
}

/** Part of a file that has data: from `start` to `end`, in bytes. */
export interface DataExtent {
  start: number;
  end: number;
}

/** Where a file has data, ascending, as its file system says (SEEK_DATA); elsewhere are holes, which read as zeros. */
export async function dataExtents(file: string): Promise<DataExtent[]> {
  // Shared: somebody may boot the disk.
  const map = JSON.parse(await qemuImg(["map", "--force-share", "-f", "raw", "--output=json", file])) as {
    start: number;
    length: number;
    data: boolean;
  }[];
  return map.filter(({ data }) => data).map(({ start, length }) => ({ start, end: start + length }));
}

/** Arguments for a check of a file's own structure. */
export function checkArguments(file: string, format: ImageFormat): string[] {
  return ["check", "-q", "-f", format, file];
}

/** Arguments for the first 128 MiB of a disk, which hold its boot partition. */
export function headArguments(disk: string, format: ImageFormat, output: string): string[] {
  return ["dd", "-f", format, "-O", "raw", "bs=1M", "count=128", `if=${disk}`, `of=${output}`];
}
