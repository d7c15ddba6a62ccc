import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { diskDigest } from "../raw/changedBlocks.ts";
import { ovfDescriptor } from "./ovf.ts";

export interface OvaOptions {
  /** Name of the appliance: letters, digits, dots and hyphens. */
  name: string;
  /** A streamOptimized vmdk. */
  vmdk: string;
  /** Size of the disk as the machine sees it. */
  capacityBytes: number;
  memoryMiB: number;
  processors: number;
  /** Time of the files in the archive, in seconds since 1970. */
  sourceDateEpoch: number;
}

/**
 * Writes an OVA: a tar of descriptor, manifest and disk, in this order (DMTF DSP0243, "Distribution").
 * @throws Error for a name that XML or a file system could mistake.
 */
export async function writeOva(options: OvaOptions, output: string): Promise<void> {
  const { name, vmdk, capacityBytes, memoryMiB, processors } = options;
  if (!/^[\w.-]+$/.test(name))
    throw new Error(`name: expected letters, digits, dots and hyphens, got "${name}"; rename it`);
  const diskFile = `${name}.vmdk`;
  const { size } = await stat(vmdk);
  const descriptor = ovfDescriptor({
    name,
    diskFile,
    diskFileBytes: size,
    capacityBytes,
    memoryMiB,
    processors,
  });
  const hash = createHash("sha256").update(descriptor).digest("hex");
  const manifest = [
    `SHA256(${name}.ovf)= ${hash}`,
    `SHA256(${diskFile})= ${(await diskDigest(vmdk)).replace("sha256:", "")}`,
    "",
  ];
  const archive = pack();
  const mtime = new Date(options.sourceDateEpoch * 1000);
  const written = pipeline(archive, createWriteStream(output));
  archive.entry({ name: `${name}.ovf`, mtime }, descriptor);
  archive.entry({ name: `${name}.mf`, mtime }, manifest.join("\n"));
  await pipeline(createReadStream(vmdk), archive.entry({ name: diskFile, mtime, size }));
  archive.finalize();
  await written;
}
