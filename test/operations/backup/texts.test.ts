import { deepEqual, equal, throws } from "node:assert/strict";
import type { BackupRecord } from "../../../fleets/backup/record.ts";
import { chooseBackup, parseMoment } from "../../../operations/backup/moment.ts";
import { backedUpText, backupRows } from "../../../operations/backup/text.ts";
import { timerText } from "../../../operations/backup/timer.ts";

const good: BackupRecord = {
  ...{ at: "2026-01-31T04:05:06.789Z", image: `sha256:${"a".repeat(64)}`, seconds: 7.3 },
  content: { bytes: 3_145_728, digest: "sha256:b" },
};
const bad: BackupRecord = {
  at: "2026-02-01T00:00:00.000Z",
  image: good.image,
  seconds: 1,
  failure: "dump failed",
};

describe("what is said of backups", () => {
  it("lists them, newest first", () => {
    deepEqual(backupRows([good, bad], new Date("2026-02-01T00:30:00Z")), [
      ["backup (UTC)", "age", "size", "took", "image", "result"],
      ["2026-02-01T00:00:00.000Z", "30 min", "–", "1 s", "aaaaaaaaaaaa", "dump failed"],
      ["2026-01-31T04:05:06.789Z", "20 h", "3.0 MiB", "7 s", "aaaaaaaaaaaa", "restored and checked"],
    ]);
    equal(
      backedUpText("database", good),
      "database: backed up at 2026-01-31T04:05:06.789Z (3.0 MiB), restored into a throw-away box and checked, in 7 s",
    );
  });

  it("takes moments in UTC alone", () => {
    const texts = ["2026-01-31", "2026-01-31T04:05Z", "2026-01-31T04:05:06.7Z"];
    deepEqual(
      texts.map((text) => parseMoment(text)?.toISOString()),
      ["2026-01-31T23:59:59.999Z", "2026-01-31T04:05:00.000Z", "2026-01-31T04:05:06.700Z"],
    );
    for (const text of ["2026-01-31T04:05", "2026-13-01", "yesterday", "31.1.2026", ""])
      equal(parseMoment(text), undefined, text);
  });

  it("chooses no backup that was not restored and checked", () => {
    equal(chooseBackup("database", [good, bad], undefined), good);
    const problem = (records: BackupRecord[], moment?: Date) => () =>
      chooseBackup("database", records, moment);
    throws(problem([good, bad], new Date("2026-01-01T00:00:00Z")), {
      message:
        "database: expected a good backup at or before 2026-01-01T00:00:00.000Z, got none before 2026-01-31T04:05:06.789Z; npm run backup -- database --list",
    });
    throws(problem([bad]), {
      message:
        "database: expected a good backup, got none that was restored and checked; npm run backup -- database --list",
    });
  });

  it("has a timer look four times in the time between two, at most once an hour", () => {
    const lines = (everySeconds: number) =>
      timerText({ stack: "dev", root: "/srv/fleet", everySeconds }).split("\n");
    deepEqual(lines(86_400), [
      "# cron: a line for crontab -e of the user who runs npm run up",
      "17 * * * * /srv/fleet/fleet backup --due --stack dev",
      "",
      "# systemd: ~/.config/systemd/user/fleet-backup-dev.service",
      "[Service]",
      "Type=oneshot",
      "WorkingDirectory=/srv/fleet",
      "ExecStart=/srv/fleet/fleet backup --due --stack dev",
      "",
      "# ~/.config/systemd/user/fleet-backup-dev.timer; then: systemctl --user enable --now fleet-backup-dev.timer",
      "[Timer]",
      "OnCalendar=*:17",
      "Persistent=true",
      "",
      "[Install]",
      "WantedBy=timers.target",
      "",
    ]);
    deepEqual(
      [3600, 900, 60].map((seconds) => [lines(seconds)[1]?.split(" /")[0], lines(seconds)[11]]),
      [
        ["*/15 * * * *", "OnCalendar=*:0/15"],
        ["*/2 * * * *", "OnCalendar=*:0/2"],
        ["*/1 * * * *", "OnCalendar=*:0/1"],
      ],
    );
  });
});
