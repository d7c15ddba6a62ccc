import { describeFinding, type DriftReport } from "./finding/finding.ts";

/** The report for a terminal. */
export function formatDriftText({ stack, findings, unknown }: DriftReport): string {
  const notes = unknown.map((line) => `  could not tell: ${line}`);
  const repair = findings.some(({ repairUrn }) => repairUrn !== undefined)
    ? [`Repair it by new boxes: npm run drift -- --stack ${stack} --repair`]
    : [];
  const backups = findings.some(({ kind }) => kind === "backup")
    ? [`Back up what is due: npm run backup -- --due --stack ${stack}`]
    : [];
  const hosts = findings.some(({ onHost }) => onHost)
    ? [
        `Configure the hosts again: npm run up -- --stack ${stack} --hosts-again; remove by hand what no role knows`,
      ]
    : [];
  const head = findings.length === 0 ? `${stack}: no drift` : `${stack}: ${count(findings.length)}`;
  return [
    head,
    ...findings.map((each) => `  ${describeFinding(each)}`),
    ...notes,
    ...repair,
    ...backups,
    ...hosts,
    "",
  ].join("\n");
}

/** The report for an issue or a job's summary. */
export function formatDriftMarkdown({ stack, findings, unknown }: DriftReport): string {
  const rows = findings.map(
    ({ kind, subject, what, expected, got }) =>
      `| ${[kind, subject, what, expected ?? "", got ?? ""].map(escapeCell).join(" | ")} |`,
  );
  const table =
    rows.length === 0
      ? ["No drift."]
      : ["| kind | where | what | expected | got |", "|---|---|---|---|---|", ...rows];
  const notes = unknown.flatMap((line) => ["", `Could not tell: ${escapeCell(line)}`]);
  return [`### Drift of \`${stack}\``, "", ...table, ...notes, ""].join("\n");
}

function count(findings: number): string {
  return findings === 1 ? "1 difference" : `${findings} differences`;
}

function escapeCell(text: string): string {
  return text.replace(/[\\|<>`*_[\]]/g, (character) => `\\${character}`).replaceAll("\n", " ");
}
