import { backupAt, goodOnes } from "../../fleets/backup/schedule.ts";
import type { BackupRecord } from "../../fleets/backup/record.ts";

const pattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** A moment in UTC (`2026-01-31`, `2026-01-31T04:05Z`); undefined when the text is none. A day is its end. */
export function parseMoment(text: string): Date | undefined {
  if (!pattern.test(text)) return undefined;
  const moment = new Date(text.length === 10 ? `${text}T23:59:59.999Z` : text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** The newest good backup at or before a moment (undefined: of all). @throws Error that says which there are. */
export function chooseBackup(
  box: string,
  records: readonly BackupRecord[],
  moment: Date | undefined,
): BackupRecord {
  const found = moment ? backupAt(records, moment) : goodOnes(records).at(-1);
  if (found) return found;
  const oldest = goodOnes(records)[0];
  const got = oldest ? `none before ${oldest.at}` : "none that was restored and checked";
  const until = moment ? ` at or before ${moment.toISOString()}` : "";
  throw new Error(`${box}: expected a good backup${until}, got ${got}; npm run backup -- ${box} --list`);
}
