import { open } from "node:fs/promises";

/**
 * qemu-img gives each vmdk a random content id (CID), so that no two conversions are equal. It only has to change when the
 * content does (VMware, "Virtual Disk Format 5.0", descriptor): we take it from the disk's digest, always as 8 digits, where
 * qemu-img leaves out leading zeros.
 * @param digest of the raw disk, `sha256:…`.
 * @throws Error when the file has no descriptor with a CID.
 */
export async function fixContentId(vmdk: string, digest: string): Promise<void> {
  const file = await open(vmdk, "r+");
  try {
    const head = Buffer.alloc(64 * 1024);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const text = head.toString("latin1", 0, bytesRead);
    const descriptor = /# Disk DescriptorFile[^\0]*\nCID=[0-9a-f]+\n[^\0]*\0+/.exec(text);
    if (!descriptor)
      throw new Error(`${vmdk}: expected a descriptor with CID=…, got none; use qemu-img 5 or later`);
    const [whole] = descriptor;
    const id = digest.replace("sha256:", "").slice(0, 8);
    const fixed = whole.replace(/\0+$/, "").replace(/\nCID=[0-9a-f]+\n/, `\nCID=${id}\n`);
    await file.write(fixed.padEnd(whole.length, "\0"), descriptor.index, "latin1");
  } finally {
    await file.close();
  }
}
