import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { BackupStore } from "./store/store.ts";

const recordSchema = z.object({
  /** When its dump began, in UTC. */
  at: z.iso.datetime(),
  /** The image that it was dumped by and restored in. */
  image: z.string(),
  /** Of the whole: dump, restore and check. */
  seconds: z.number(),
  /** What was written, encrypted; absent where the dump failed. */
  content: z.object({ bytes: z.number(), digest: z.string() }).optional(),
  /** Why it is not to be relied on; absent: it was restored, and the check has passed. No data is in it. */
  failure: z.string().optional(),
});

/** What is known of one backup. */
export type BackupRecord = z.output<typeof recordSchema>;

/** The name of a backup: its time, as a file name. */
export function backupName(at: string): string {
  return at.replaceAll(":", "-");
}

/** The file of its encrypted content. */
export function contentFile({ at }: Pick<BackupRecord, "at">): string {
  return `${backupName(at)}.age`;
}

/** Writes down what is known of a backup, after its content. */
export async function writeRecord(store: BackupStore, record: BackupRecord): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  await store.write(
    recordFile(record),
    (async function* () {
      yield await Promise.resolve(text);
    })(),
  );
}

/** All backups of a store, oldest first. @throws Error that names a record that cannot be read. */
export async function readRecords(store: BackupStore): Promise<BackupRecord[]> {
  const names = (await store.list()).filter((name) => name.endsWith(".json"));
  const records = await Promise.all(names.map((name) => readRecord(store, name)));
  return records.sort((one, other) => one.at.localeCompare(other.at));
}

function recordFile({ at }: BackupRecord): string {
  return `${backupName(at)}.json`;
}

async function readRecord(store: BackupStore, name: string): Promise<BackupRecord> {
  const text = (await buffer(await store.read(name))).toString("utf8");
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${store.place(name)}: expected the record of a backup, got another text; remove it, or restore its content by hand (docs/backups.md)`,
      { cause: error },
    );
  }
}
