import type { BackupRecord } from "../../fleets/backup/record.ts";
import { formatAge, formatBytes, shortDigest } from "../text/format.ts";

/** A table of an accessory's backups, newest first: time, age, size, how long it took, whether it can be relied on. */
export function backupRows(records: readonly BackupRecord[], now: Date): string[][] {
  const rows = records
    .toReversed()
    .map(({ at, content, seconds, image, failure }) => [
      at,
      formatAge((now.getTime() - new Date(at).getTime()) / 1000),
      content ? formatBytes(content.bytes) : "–",
      formatAge(seconds),
      shortDigest(image),
      failure ?? "restored and checked",
    ]);
  return [["backup (UTC)", "age", "size", "took", "image", "result"], ...rows];
}

/** One line about a backup that has just been made. */
export function backedUpText(box: string, { at, content, seconds }: BackupRecord): string {
  return `${box}: backed up at ${at} (${formatBytes(content?.bytes ?? 0)}), restored into a throw-away box and checked, in ${formatAge(seconds)}`;
}
