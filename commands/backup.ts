import { projectRoot } from "../config/root.ts";
import { withEngine } from "../engine/connection.ts";
import { backUp, backUpDue } from "../fleets/backup/backUp.ts";
import { storeOf } from "../fleets/backup/storeOf.ts";
import { readRecords } from "../fleets/backup/record.ts";
import type { BackupRequest } from "../fleets/backup/request.ts";
import { chooseRequests, backupRequests } from "../operations/backup/requests.ts";
import { backedUpText, backupRows } from "../operations/backup/text.ts";
import { timerText } from "../operations/backup/timer.ts";
import { readState } from "../operations/state/read.ts";
import { formatTable } from "../operations/text/table.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";
import { messageOf } from "../work/message.ts";

export default command({
  name: "backup",
  about: [
    "Backs accessories up (one, or all that have backups): dumped, encrypted, stored, restored into a throw-away box and checked.",
    "Exit code: 0 all are good, 1 one is not.",
  ].join("\n"),
  summary: "backs accessories up, each backup restored and checked; `--list`, `--due`, `--timer`",
  words: {
    form: "[ACCESSORY]",
    least: 0,
    most: 1,
    expected: "one accessory at most",
    fix: "for example ./fleet backup database",
  },
  options: {
    list: flag("show the backups that there are, and make none"),
    due: flag("only those whose newest good backup is older than `every`: for a timer"),
    timer: flag("print a line for cron and units for systemd that do so"),
  },
  needs: "boxes",
  run: async ({ stack, list, due, timer }, [accessory]) => {
    const requests = chooseRequests(backupRequests(await readState(stack)), accessory);
    if (timer) {
      const everySeconds = Math.min(...requests.map((each) => each.everySeconds));
      process.stdout.write(timerText({ stack, root: projectRoot, everySeconds }));
      return;
    }
    for (const request of requests) await (list ? show(request) : make(request, due));
  },
});

async function show(request: BackupRequest): Promise<void> {
  const store = storeOf(request);
  const records = await readRecords(store);
  process.stdout.write(`${request.box}: ${store.place("")}\n`);
  process.stdout.write(records.length === 0 ? "none yet\n" : formatTable(backupRows(records, new Date())));
}

/** A failure of one does not keep the others from being backed up. */
async function make(request: BackupRequest, due: boolean): Promise<void> {
  try {
    const record = await withEngine(request.engine, (engine) =>
      due ? backUpDue(engine, request) : backUp(engine, request),
    );
    if (record) process.stdout.write(`${backedUpText(request.box, record)}\n`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
