import { open } from "node:fs/promises";

/**
 * qemu-img gives each vmdk a random content id (CID), so that no two conversions are equal. It only has to change when the
 * content does (VMware, "Virtual Disk Format 5.0", descriptor): we take it from the disk's digest.
 * @param digest of the raw disk, `sha256:…`.
 * @throws Error when the file has no descriptor with a CID.
 */
export async function fixContentId(vmdk: string, digest: string): Promise<void> {
  const file = await open(vmdk, "r+");
  try {
    const head = Buffer.alloc(64 * 1024);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const found = /\nCID=([0-9a-f]+)\n/.exec(head.toString("latin1", 0, bytesRead));
    if (!found)
      throw new Error(`${vmdk}: expected a descriptor with CID=…, got none; use qemu-img 5 or later`);
    const id = digest.replace("sha256:", "").slice(0, found[1]?.length);
    await file.write(id, found.index + "\nCID=".length, "latin1");
  } finally {
    await file.close();
  }
}
