import { withEngine } from "../engine/connection.ts";
import type { DockerClient } from "../engine/DockerClient.ts";
import { restoreBackup, restoreVolume, type PutBack } from "../fleets/backup/putBack.ts";
import { readRecords } from "../fleets/backup/record.ts";
import type { BackupRequest } from "../fleets/backup/request.ts";
import { chooseBackup, parseMoment } from "../operations/backup/moment.ts";
import { backupRequests, chooseRequests, storeFrom } from "../operations/backup/requests.ts";
import { withStackLock } from "../operations/stack/held.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { resourcesOf } from "../operations/state/resource.ts";
import { command, oneWord } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { flag, mapped, matching, optional, UsageProblem } from "./line/option.ts";

const to = mapped(
  optional("TIME", "as the data was then, in UTC: the newest good backup not after it (default: the newest)"),
  (given) => {
    const moment = given === undefined ? undefined : parseMoment(given);
    if (given !== undefined && !moment)
      throw new UsageProblem("a time in UTC", given, "for example 2026-01-31T04:05Z");
    return moment;
  },
);

export default command({
  name: "restore",
  about: [
    "Puts a backup in the place of an accessory's data. It is restored into a throw-away box and checked first; the accessory is away",
    "only while its data is copied. The data that was there stays, in a volume that is named. Asks first.",
  ].join("\n"),
  summary: "puts a backup (`--to TIME`) in the place of an accessory's data, which is kept; asks first",
  words: oneWord("ACCESSORY", "one accessory", "for example ./fleet restore database"),
  options: {
    to,
    from: matching(
      optional(
        "BOX",
        "backups of another name, or of another stack (STACK/BOX), in the same place and by the same key",
      ),
      /^([\w.-]+\/)?[\w.-]+$/,
      "BOX or STACK/BOX",
      "for example --from prod/database",
    ),
    volume: optional("NAME", "not a backup, but the data that an earlier restore has kept"),
    yes: flag("do not ask", "y"),
  },
  needs: "boxes",
  run: async ({ stack, to: moment, from, volume, yes }, [accessory = ""]) => {
    const selected = await selectStack(stack);
    const resources = resourcesOf(await selected.exportStack());
    const [request] = chooseRequests(backupRequests(resources), accessory);
    if (!request) return;
    const store = storeFrom(request, from);
    const record =
      volume === undefined ? chooseBackup(from ?? request.box, await readRecords(store), moment) : undefined;
    const what = record
      ? `the backup of ${record.at}${from === undefined ? "" : ` of ${from}`}`
      : `what is in the volume ${volume ?? ""}`;
    process.stdout.write(`${request.box}: ${what} takes the place of its data, which is kept.\n`);
    if (!yes && !(await confirmed(`Restore ${request.box} in ${stack}? [y/N] `))) {
      process.stdout.write("Nothing was changed.\n");
      return;
    }
    const restored = (engine: DockerClient) =>
      record ? restoreBackup(engine, request, store, record) : restoreVolume(engine, request, volume ?? "");
    // What uses the data must not be replaced meanwhile.
    const putBack = await withStackLock(selected, () => withEngine(request.engine, restored));
    process.stdout.write(restoredText(request, stack, putBack));
  },
});

function restoredText({ box }: BackupRequest, stack: string, { kept, awaySeconds }: PutBack): string {
  return [
    `${box} serves again, checked; it was away for ${awaySeconds.toFixed(1)} s.`,
    `The data that was there is in the volume ${kept}.`,
    `  put it back: npm run restore -- ${box} --volume ${kept} --stack ${stack}`,
    `  give it up:  docker volume rm ${kept}`,
    "",
  ].join("\n");
}
