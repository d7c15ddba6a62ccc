import type { BackupPrograms, BackupSettings } from "../../config/backups.ts";
import { parseDurationSeconds } from "../../config/durations.ts";

/** How an accessory is backed up, how often, and where to. */
export interface BackupPlan extends BackupPrograms {
  /** A folder, or `s3://BUCKET/PREFIX`. */
  to: string;
  /** AWS region of the bucket; undefined: as the AWS SDK finds it. */
  region?: string;
  /** Name of the secret that encrypts. */
  key: string;
  /** Time between two backups. */
  everySeconds: number;
  /** How many good ones are kept. */
  keep: number;
}

/** The backups of one accessory; undefined where the environment wants none. */
export function backupPlan(
  programs: BackupPrograms | undefined,
  settings: BackupSettings | undefined,
  region: string | undefined,
): BackupPlan | undefined {
  if (!programs || !settings) return undefined;
  const { to, key, every, keep } = settings;
  const inRegion = to.startsWith("s3://") && region !== undefined ? { region } : {};
  return { ...programs, to, key, keep, everySeconds: parseDurationSeconds(every) ?? 0, ...inRegion };
}
