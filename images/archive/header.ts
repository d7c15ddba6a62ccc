import { nameText } from "./nameText.ts";

/** Size of a tar archive's blocks in bytes: every header has one, and contents fill whole ones. */
export const blockSize = 512;

/** A name in a header's field. */
export function textField(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return nameText(field.subarray(0, end < 0 ? length : end));
}

/** A number in a header's field: octal, or in two's complement where the first bit is set (GNU). */
export function numberField(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) return parseInt(textField(header, at, length).trim() || "0", 8);
  if ((first & 0x40) === 0)
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, first & 0x3f);
  return -1 - field.reduce((value, byte) => value * 256 + (byte ^ 0xff), 0);
}

/** @throws Error when a header is not what its checksum says. */
export function verifyChecksum(header: Buffer, at: number): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const stated = numberField(header, 148, 8);
  if (sum !== stated) throw new Error(`tar header at ${at}: expected checksum ${stated}, got ${sum}`);
}
