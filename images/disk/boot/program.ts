import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../../../work/execute.ts";
import { headArguments, qemuImg, type QemuFormat } from "../raw/qemuImg.ts";

/**
 * Takes EFI/BOOT/BOOTX64.EFI out of a disk. VMware's firmware finds it behind a pvscsi controller; OVMF, as distributions
 * build it, has no driver for that, so the boot test hands it over.
 * @returns path of the program, in the folder.
 */
export async function takeProgram(disk: string, format: QemuFormat, folder: string): Promise<string> {
  const head = join(folder, "head");
  const program = join(folder, "BOOTX64.EFI");
  await qemuImg(headArguments(disk, format, head));
  await execute("mcopy", ["-i", `${head}@@1M`, "::/EFI/BOOT/BOOTX64.EFI", program], { package: "mtools" });
  await rm(head);
  return program;
}
