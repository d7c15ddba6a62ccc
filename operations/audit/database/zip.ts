import { Unzip, UnzipInflate } from "fflate";

/** Bytes that are unpacked at a time. */
const step = 1 << 20;
/** At the end of every zip, before its comment of at most 64 KiB (APPNOTE.TXT 4.3.16). */
const endRecord = Buffer.from("PK\x05\x06", "latin1");

/** Whether a content begins as a zip does. */
export function isZip(content: Buffer): boolean {
  return content.subarray(0, 4).equals(Buffer.from("PK\x03\x04", "latin1"));
}

/**
 * Gives each file of a zip in turn; never are all unpacked at once.
 * @throws Error where it is not whole.
 */
export function eachZipped(content: Buffer, read: (name: string, content: Uint8Array) => void): void {
  if (content.lastIndexOf(endRecord) < Math.max(0, content.length - (1 << 16) - 22))
    throw new Error("a zip without its end");
  const open = new Set<string>();
  const unzip = new Unzip((file) => {
    const parts: Uint8Array[] = [];
    open.add(file.name);
    file.ondata = (error, data, final) => {
      // The types say that there is an error always.
      const fault = error as Error | null;
      if (fault) throw fault;
      parts.push(data);
      if (!final) return;
      open.delete(file.name);
      read(file.name, Buffer.concat(parts));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < content.length; at += step)
    unzip.push(content.subarray(at, at + step), at + step >= content.length);
  if (open.size > 0) throw new Error(`a zip with a part of ${[...open].join(", ")}`);
}
