import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../../../work/execute.ts";
import { serveMetadata } from "./metadata.ts";
import type { MachineKind, VirtualMachine } from "./qemu.ts";

const MiB = 1024 * 1024;

/** How a machine finds its user data, until it is stopped. */
export interface ToldUserData {
  machine: Pick<VirtualMachine, "metadataPort" | "userDataDisk">;
  stop: () => void;
}

/** Has a machine find user data as its kind does: EC2's instances at the metadata service, others on a disk. */
export async function tellUserData(
  kind: MachineKind,
  userData: string | undefined,
  folder: string,
): Promise<ToldUserData> {
  const stop = (): void => undefined;
  if (userData === undefined) return { machine: {}, stop };
  if (kind !== "ec2") return { machine: { userDataDisk: await makeUserDataDisk(userData, folder) }, stop };
  const service = await serveMetadata(userData);
  return {
    machine: { metadataPort: service.port },
    stop: () => {
      service.stop();
    },
  };
}

/**
 * Makes the little disk that cloud-init reads user data from where there is no EC2 (data source NoCloud: a FAT file system
 * with the label CIDATA that holds `user-data` and `meta-data`).
 * @returns path of the disk, in the folder.
 */
async function makeUserDataDisk(userData: string, folder: string): Promise<string> {
  const disk = join(folder, "user-data.img");
  const contents = { "user-data": userData, "meta-data": "instance-id: boot-test\n" };
  await writeFile(disk, "");
  await truncate(disk, MiB + userData.length * 2);
  await execute("mkfs.vfat", ["-n", "CIDATA", disk], { package: "dosfstools" });
  for (const [name, content] of Object.entries(contents)) {
    const file = join(folder, name);
    await writeFile(file, content, { mode: 0o600 });
    await execute("mcopy", ["-i", disk, file, `::/${name}`], { package: "mtools" });
  }
  return disk;
}
