import { deepEqual, equal } from "node:assert/strict";
import { backupName, contentFile, type BackupRecord } from "../../../fleets/backup/record.ts";
import { backupAt, isDue, overdueSeconds, surplus } from "../../../fleets/backup/schedule.ts";

const hour = 3600;
const at = (hours: number) => new Date(hours * hour * 1000).toISOString();
const good = (hours: number): BackupRecord => ({ at: at(hours), image: "sha256:a", seconds: 1 });
const bad = (hours: number): BackupRecord => ({ ...good(hours), failure: "check failed" });

describe("the times of backups", () => {
  it("are due when the newest good one is as old as it may get, or none is good", () => {
    const now = new Date(at(10));
    equal(isDue([], hour, now), true);
    equal(isDue([bad(9.9)], hour, now), true);
    equal(isDue([good(9.1), bad(9.9)], hour, now), false);
    equal(isDue([good(9), bad(9.9)], hour, now), true);
  });

  it("are overdue half as much later; a box that is new has none yet", () => {
    const now = new Date(at(10));
    equal(overdueSeconds([good(8.5)], hour, at(0), now), undefined);
    equal(overdueSeconds([good(8.4), bad(9)], hour, at(0), now), 1.6 * hour);
    equal(overdueSeconds([], hour, at(9), now), undefined);
    equal(overdueSeconds([bad(9)], hour, at(5), now), 5 * hour);
  });

  it("are kept as many as wanted, of the good ones; whatever is older goes, what a killed one has left too", () => {
    const records = [bad(1), good(2), bad(3), good(4), bad(5), good(6), bad(7)];
    const left = [`${backupName(at(2.5))}.age`, `${backupName(at(6.5))}.age`];
    const files = [
      ...records.flatMap((each) => [contentFile(each), `${backupName(each.at)}.json`]),
      ...left,
    ].sort();
    const hoursOf = (keep: number) => [
      ...new Set(
        surplus(files, records, keep).map(
          (file) => Number(file.slice(11, 13)) + Number(file.slice(14, 16)) / 60,
        ),
      ),
    ];
    deepEqual(hoursOf(2), [1, 2, 2.5, 3]);
    deepEqual(hoursOf(3), [1]);
    deepEqual(hoursOf(4), []);
    deepEqual(surplus(files, [bad(1), bad(2), bad(3)], 1), []);
    deepEqual(surplus(files, records, 3), [contentFile(bad(1)), `${backupName(at(1))}.json`]);
  });

  it("lead to the newest good one that is not later than a moment", () => {
    const records = [good(2), bad(3), good(4)];
    deepEqual(backupAt(records, new Date(at(3.5))), good(2));
    deepEqual(backupAt(records, new Date(at(4))), good(4));
    equal(backupAt(records, new Date(at(1))), undefined);
  });
});
