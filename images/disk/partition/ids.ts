import { createHash } from "node:crypto";

/** Every identifier that a disk carries, all derived from one digest, so that the same image makes the same disk. */
export interface DiskIds {
  disk: string;
  espPartition: string;
  rootPartition: string;
  rootFileSystem: string;
  hashSeed: string;
  /** Serial number of the FAT file system: 8 hexadecimal digits. */
  espVolume: string;
}

/** Derives the identifiers from any text, usually the digest of the base layers. */
export function diskIds(digest: string): DiskIds {
  return {
    disk: uuid(digest, "disk"),
    espPartition: uuid(digest, "esp-partition"),
    rootPartition: uuid(digest, "root-partition"),
    rootFileSystem: uuid(digest, "root-file-system"),
    hashSeed: uuid(digest, "hash-seed"),
    espVolume: uuid(digest, "esp-volume").slice(0, 8),
  };
}

/** UUID version 8 (RFC 9562, 5.8: custom) from a SHA-256. */
function uuid(digest: string, purpose: string): string {
  const hex = createHash("sha256").update(`immutable-fleets disk\n${purpose}\n${digest}`).digest("hex");
  const variant = "89ab"[parseInt(hex.slice(16, 17), 16) % 4] ?? "8";
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
