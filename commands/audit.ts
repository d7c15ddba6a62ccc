import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { fetchDatabases } from "../operations/audit/database/databases.ts";
import { pinsFile } from "../operations/audit/database/pins.ts";
import { audit } from "../operations/audit/look.ts";
import { auditExitCode, type AuditReport } from "../operations/audit/report.ts";
import { refuseUnknown } from "../operations/audit/running.ts";
import { auditSarif } from "../operations/audit/sarif.ts";
import { formatAudit } from "../operations/audit/text.ts";
import { runningOrNewest } from "../operations/release/running.ts";
import { command } from "./line/command.ts";
import { choice, flag } from "./line/option.ts";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const formats = {
  table: formatAudit,
  json: (report: AuditReport) => json(report),
  sarif: (report: AuditReport, now: Date) => json(auditSarif(report, now)),
};

export default command({
  name: "audit",
  about: [
    "Says which packages of the images that run have holes that a newer package mends: which version mends it, how grave it is, since when,",
    "which layer has it, and where it runs. By the inventories of the images and the databases of `advisories`, as they are pinned.",
    "FLEET: a fleet, an accessory or the edge's layer.",
    "Exit code: 0 nothing to mend · 1 could not tell · 2 something of the declared severity (environment.holes).",
  ].join("\n"),
  summary: "says which packages have holes that a newer one mends, and where they run (exit code 2)",
  words: { form: "[FLEET]", least: 0, most: 1, expected: "one fleet, or --all", fix: "for example catalog" },
  options: {
    all: flag("all that the environment runs"),
    fetch: flag(`take the databases anew, and pin them in ${pinsFile}`),
    format: choice("FORMAT", ["table", "json", "sarif"], "how it is shown"),
  },
  run: async ({ stack, all, fetch, format }, [only]) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    const now = new Date();
    if (fetch) await fetchDatabases(projectRoot, configuration, now);
    if (!all && only === undefined) {
      if (fetch) return;
      throw new Error("audit: expected one fleet, or --all, got none; for example npm run audit -- --all");
    }
    const release = await runningOrNewest(stack);
    if (only !== undefined) refuseUnknown(release, stack, only);
    const asked = { root: projectRoot, stack, configuration, release, mayFetch: true, now };
    const report = await audit({ ...asked, only: all ? undefined : only });
    process.stdout.write(formats[format](report, now));
    process.exitCode = auditExitCode(report);
  },
});
