import { copyFileSync } from "node:fs";
import * as path from "node:path";
import { findFirmware } from "../../../../images/disk/boot/firmware.ts";
import type { VirtualMachine } from "../../../../images/disk/boot/qemu.ts";
import { overlayArguments, qemuImg } from "../../../../images/disk/raw/qemuImg.ts";

/** An instance of EC2's kind that boots a disk, and leaves it as it is; its own files are in the folder. */
export async function machineOf(
  disk: string,
  folder: string,
  forwards: VirtualMachine["forwards"],
  volumes: readonly string[],
): Promise<VirtualMachine> {
  const firmware = findFirmware();
  const [overlay, variables] = [path.join(folder, "overlay.qcow2"), path.join(folder, "variables")];
  await qemuImg(overlayArguments(disk, "raw", overlay));
  copyFileSync(firmware.variables, variables);
  return {
    ...{ kind: "ec2", accelerator: "tcg", memoryMiB: 1024, overlay, firmware, variables, forwards },
    monitor: path.join(folder, "monitor"),
    blankVolumes: volumes,
  };
}
