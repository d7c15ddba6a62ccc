import { withEngine } from "../../engine/connection.ts";
import { storeOf } from "../../fleets/backup/storeOf.ts";
import { boxOf } from "../../fleets/backup/box.ts";
import { readRecords, type BackupRecord } from "../../fleets/backup/record.ts";
import type { BackupRequest } from "../../fleets/backup/request.ts";
import { overdueSeconds } from "../../fleets/backup/schedule.ts";
import { backupRequests } from "../backup/requests.ts";
import type { StateResource } from "../state/resource.ts";
import { formatAge } from "../text/format.ts";
import type { DriftFinding } from "./finding/finding.ts";
import { messageOf } from "../../work/message.ts";

/** Accessories whose last backup failed, or whose next one is overdue; adds the stores that could not be looked at to `unknown`. */
export async function lookAtBackups(
  resources: readonly StateResource[],
  unknown: string[],
): Promise<DriftFinding[]> {
  const findings: DriftFinding[] = [];
  for (const request of backupRequests(resources))
    try {
      const box = await withEngine(request.engine, (engine) => boxOf(engine, request));
      const now = new Date();
      const records = await readRecords(storeOf(request));
      findings.push(...backupDrift(request, records, box?.Created ?? now.toISOString(), now));
    } catch (error) {
      const reason = messageOf(error);
      unknown.push(`${request.box}: expected a look at its backups in ${request.to}, got ${reason}`);
    }
  return findings;
}

/** @param since when its box was made. */
export function backupDrift(
  { box, everySeconds }: Pick<BackupRequest, "box" | "everySeconds">,
  records: readonly BackupRecord[],
  since: string,
  now: Date,
): DriftFinding[] {
  const last = records.at(-1);
  const late = overdueSeconds(records, everySeconds, since, now);
  const own = { kind: "backup", subject: box } as const;
  const failed = last?.failure;
  return [
    ...(last && failed !== undefined
      ? [{ ...own, what: `last backup (${last.at})`, expected: "restored and checked", got: failed }]
      : []),
    ...(late === undefined
      ? []
      : [
          {
            ...own,
            what: "age of the newest good backup",
            expected: `at most ${formatAge(everySeconds)}`,
            got: records.some(({ failure }) => failure === undefined)
              ? formatAge(late)
              : `none for ${formatAge(late)}`,
          },
        ]),
  ];
}
