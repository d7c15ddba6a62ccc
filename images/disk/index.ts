/**
 * Machine images as disks: `docs/machine-images.md` says how it works.
 *
 * {@link buildBaseDisk} once, {@link applyLayer} for each layer above, {@link bootTest} before anything is published,
 * {@link convertDisk} for other formats, {@link diskDigest} and {@link changedBlocks} for what is sent to EBS.
 */
export { applyLayer, type ApplyLayerOptions } from "./applyLayer.ts";
export { bootTest, type BootTestOptions, type BootTestResult } from "./boot/bootTest.ts";
export { blankVolumeDevice } from "./boot/volumes.ts";
export type { HealthPath } from "./boot/judge.ts";
export type { MachineKind } from "./boot/qemu.ts";
export { buildBaseDisk, type BaseDiskOptions } from "./buildBaseDisk.ts";
export { changedBlocks, diskDigest, ebsBlockBytes } from "./raw/changedBlocks.ts";
export { imageFile, imageFilePath, type DiskFacts } from "./diskFiles.ts";
export { convertDisk, diskFormats, type ConvertOptions, type DiskFormat } from "./format/convertDisk.ts";
export type { QemuFormat } from "./raw/qemuImg.ts";
export { leastSizeMiB } from "./partition/layout.ts";
