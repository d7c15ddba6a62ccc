import { parseSize } from "../../config/sizes.ts";

/** EBS counts in GiB; a part of one is a whole one. */
export function volumeGigabytes(size: string): number {
  return Math.ceil((parseSize(size) ?? 0) / 2 ** 30);
}
