import { execute } from "../../../work/execute.ts";
import type { DiskIds } from "./ids.ts";
import type { DiskLayout, Partition } from "./layout.ts";

/** Partition types of the Discoverable Partitions Specification (uapi-group.org). */
const espType = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const rootType = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709";

const sectorBytes = 512;

/** Description of the GPT in sfdisk's own format (sfdisk(8), "Script-file format"). */
export function partitionScript(layout: DiskLayout, ids: DiskIds): string {
  const header = ["label: gpt", `label-id: ${ids.disk}`, "unit: sectors", "sector-size: 512"];
  return [
    ...header,
    `${place(layout.esp)}, type=${espType}, uuid=${ids.espPartition}, name="esp"`,
    `${place(layout.root)}, type=${rootType}, uuid=${ids.rootPartition}, name="root"`,
    "",
  ].join("\n");
}

/** Arguments of sfdisk, which reads the script on standard input. */
export function sfdiskArguments(disk: string): string[] {
  return ["--quiet", "--no-reread", "--no-tell-kernel", disk];
}

export async function writePartitionTable(disk: string, layout: DiskLayout, ids: DiskIds): Promise<void> {
  await execute("sfdisk", sfdiskArguments(disk), { input: partitionScript(layout, ids), package: "fdisk" });
}

function place({ offsetBytes, sizeBytes }: Partition): string {
  return `start=${offsetBytes / sectorBytes}, size=${sizeBytes / sectorBytes}`;
}
