import { basename, join } from "node:path";
import { sourceDateEpochSeconds } from "../../../plan/epoch.ts";
import { diskDigest } from "../raw/changedBlocks.ts";
import { copyDisk, diskSizeMiB, writeWholeDisk } from "../raw/disk.ts";
import { writeOva } from "./ova.ts";
import { checkArguments, convertArguments, qemuImg, type QemuFormat } from "../raw/qemuImg.ts";
import { fixContentId } from "./vmdk.ts";

/** What a raw disk can be turned into. */
export const diskFormats = ["raw", "qcow2", "vmdk", "ova"] as const;
export type DiskFormat = (typeof diskFormats)[number];

export interface ConvertOptions {
  /** A raw disk. */
  disk: string;
  format: DiskFormat;
  output: string;
  /** Name of the appliance in an OVA; default: the output's name without its ending. */
  name?: string;
  /** Memory of the appliance in an OVA; default: 1024. */
  memoryMiB?: number;
  /** Processors of the appliance in an OVA; default: 2. */
  processors?: number;
  /** Time of the files in an OVA, in seconds since 1970; default: that of every image. */
  sourceDateEpoch?: number;
  /** Given the new disk (of an OVA: the vmdk in it) before it takes its place; when it fails, nothing is made. Default: none. */
  trial?: (disk: string, format: QemuFormat) => Promise<void>;
}

/** Turns a raw disk into another format, checked by `qemu-img check`; the same disk gives the same bytes. */
export async function convertDisk(options: ConvertOptions): Promise<void> {
  const { disk, format, output, trial } = options;
  await writeWholeDisk(output, async (partial, folder) => {
    if (format === "ova") return convertToOva(options, partial, folder);
    if (format === "raw") await copyDisk(disk, partial);
    else await convert(disk, format, partial);
    await trial?.(partial, format);
  });
}

async function convert(disk: string, format: "qcow2" | "vmdk", output: string): Promise<void> {
  await qemuImg(convertArguments(disk, format, output));
  if (format === "vmdk") await fixContentId(output, await diskDigest(disk));
  await qemuImg(checkArguments(output, format));
}

async function convertToOva(options: ConvertOptions, output: string, folder: string): Promise<void> {
  const vmdk = join(folder, "disk.vmdk");
  await convert(options.disk, "vmdk", vmdk);
  await options.trial?.(vmdk, "vmdk");
  const capacityBytes = (await diskSizeMiB(options.disk)) * 1024 * 1024;
  const name = options.name ?? basename(options.output).replace(/\.[^.]*$/, "");
  const { memoryMiB = 1024, processors = 2, sourceDateEpoch = sourceDateEpochSeconds } = options;
  await writeOva({ name, vmdk, capacityBytes, memoryMiB, processors, sourceDateEpoch }, output);
}
