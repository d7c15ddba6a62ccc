import { backupName, type BackupRecord } from "./record.ts";

/** How much later than wanted a backup may be: for the timer's steps, and for its own time. */
const patience = 1.5;

/** Those that were restored and whose check has passed, oldest first. */
export function goodOnes(records: readonly BackupRecord[]): BackupRecord[] {
  return records.filter(({ failure }) => failure === undefined);
}

/** Whether it is time for the next backup: none is good, or the newest good one is old enough. */
export function isDue(records: readonly BackupRecord[], everySeconds: number, now: Date): boolean {
  const newest = goodOnes(records).at(-1);
  return newest === undefined || ageSeconds(newest.at, now) >= everySeconds;
}

/**
 * For how long there has been no good backup, in seconds, where that is too long; else undefined.
 * @param since when the box was made: one that is new cannot have one.
 */
export function overdueSeconds(
  records: readonly BackupRecord[],
  everySeconds: number,
  since: string,
  now: Date,
): number | undefined {
  const age = ageSeconds(goodOnes(records).at(-1)?.at ?? since, now);
  return age > everySeconds * patience ? age : undefined;
}

/**
 * The files that go when `keep` good ones stay: all that are older than the oldest of these, also what a killed backup has left.
 * @param files in order, so that a content goes before the record that tells of it.
 */
export function surplus(files: readonly string[], records: readonly BackupRecord[], keep: number): string[] {
  const kept = goodOnes(records).slice(-keep);
  const oldest = kept[0];
  return oldest && kept.length === keep ? files.filter((file) => file < backupName(oldest.at)) : [];
}

/** The newest good one at or before a moment; undefined where there is none. */
export function backupAt(records: readonly BackupRecord[], moment: Date): BackupRecord | undefined {
  return goodOnes(records).findLast(({ at }) => new Date(at) <= moment);
}

function ageSeconds(at: string, now: Date): number {
  return (now.getTime() - new Date(at).getTime()) / 1000;
}
