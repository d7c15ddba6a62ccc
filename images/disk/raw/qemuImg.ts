import { execute } from "../../../work/execute.ts";

/** Formats that qemu-img writes for us. */
export type QemuFormat = "raw" | "qcow2" | "vmdk";

/** Arguments for an overlay that takes the writes of a boot, so that the disk itself stays as it is. */
export function overlayArguments(disk: string, format: QemuFormat, overlay: string): string[] {
  return ["create", "-q", "-f", "qcow2", "-F", format, "-b", disk, overlay];
}

/** Arguments for a conversion; streamOptimized is what vSphere imports and OVA files hold. */
export function convertArguments(disk: string, format: QemuFormat, output: string): string[] {
  const options = format === "vmdk" ? ["-o", "subformat=streamOptimized"] : [];
  return ["convert", "-f", "raw", "-O", format, ...options, disk, output];
}

export async function qemuImg(args: string[]): Promise<string> {
  const { stdout } = await execute("qemu-img", args, { package: "qemu-utils" });
  return stdout;
}

/** Bytes that an overlay holds itself, beyond what lies below it. */
export async function overlayBytes(overlay: string): Promise<number> {
  return (await mapOf(overlay))
    .filter(({ depth, present }) => depth === 0 && present !== false)
    .reduce((sum, { length }) => sum + length, 0);
}

/** Part of what `qemu-img map` tells, in bytes; `depth` 0: of the file itself. */
interface MapEntry {
  start: number;
  length: number;
  depth: number;
  data: boolean;
  present?: boolean;
}

async function mapOf(file: string, ...options: string[]): Promise<MapEntry[]> {
  return JSON.parse(await qemuImg(["map", ...options, "--output=json", file])) as MapEntry[];
}

/** Part of a file that has data: from `start` to `end`, in bytes. */
export interface DataExtent {
  start: number;
  end: number;
}

/** Where a file has data, ascending, as its file system says (SEEK_DATA); elsewhere are holes, which read as zeros. */
export async function dataExtents(file: string): Promise<DataExtent[]> {
  // Shared: somebody may boot the disk.
  const map = await mapOf(file, "--force-share", "-f", "raw");
  return map.filter(({ data }) => data).map(({ start, length }) => ({ start, end: start + length }));
}

/** Arguments for a check of a file's own structure. */
export function checkArguments(file: string, format: QemuFormat): string[] {
  return ["check", "-q", "-f", format, file];
}

/** Arguments for the first 128 MiB of a disk, which hold its boot partition. */
export function headArguments(disk: string, format: QemuFormat, output: string): string[] {
  return ["dd", "-f", format, "-O", "raw", "bs=1M", "count=128", `if=${disk}`, `of=${output}`];
}
