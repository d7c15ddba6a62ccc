import { deepEqual, match } from "node:assert/strict";
import { writeFileSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { openStore } from "../../../fleets/backup/store/open.ts";
import { readRecords, writeRecord, type BackupRecord } from "../../../fleets/backup/record.ts";
import { backupDrift } from "../../../operations/drift/backups.ts";
import { describeFinding } from "../../../operations/drift/finding/finding.ts";
import { formatDriftText } from "../../../operations/drift/format.ts";
import { useFolder } from "../../support/folder.ts";

const at = (hour: number) => `2026-01-31T${String(hour).padStart(2, "0")}:00:00.000Z`;
const good = (hour: number): BackupRecord => ({ at: at(hour), image: "sha256:a", seconds: 1 });
const bad = (hour: number): BackupRecord => ({ ...good(hour), failure: "check failed" });
const request = { box: "database", everySeconds: 7200 };
const drift = (records: BackupRecord[], since = at(0)) =>
  backupDrift(request, records, since, new Date(at(12))).map(describeFinding);

describe("drift of backups", () => {
  it("is none while the last one is good and not too old", () => {
    deepEqual(drift([bad(5), good(10)]), []);
    deepEqual(drift([], at(10)), []);
  });

  it("is a last one that failed", () => {
    deepEqual(drift([good(10), bad(11)]), [
      "backup database: last backup (2026-01-31T11:00:00.000Z): expected restored and checked, got check failed",
    ]);
  });

  it("is one that is overdue, or was never made", () => {
    deepEqual(drift([good(8)]), [
      "backup database: age of the newest good backup: expected at most 2 h, got 4 h",
    ]);
    deepEqual(drift([]), [
      "backup database: age of the newest good backup: expected at most 2 h, got none for 12 h",
    ]);
  });

  it("comes with the way out", () => {
    const findings = backupDrift(request, [], at(0), new Date(at(12)));
    match(
      formatDriftText({ stack: "dev", findings, unknown: [] }),
      /^Back up what is due: npm run backup -- --due --stack dev$/m,
    );
  });
});

describe("the record of a backup", () => {
  const folder = useFolder();

  it("is read as it was written, in order; one that is torn is named", async () => {
    const store = openStore({ to: folder(), stack: "dev", box: "database" });
    const later = { ...good(2), content: { bytes: 5, digest: "sha256:c" } };
    for (const record of [later, bad(1)]) await writeRecord(store, record);
    deepEqual(await readRecords(store), [bad(1), later]);
    const torn = store.place("2026.json");
    mkdirSync(path.dirname(torn), { recursive: true });
    writeFileSync(torn, "{");
    const message = await readRecords(store).then(
      () => "",
      (error: unknown) => String(error),
    );
    match(message, /dev\/database\/2026\.json: expected the record of a backup, got another text; remove it/);
  });
});
