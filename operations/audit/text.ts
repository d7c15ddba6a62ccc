import type { HoleSettings } from "../../config/holes.ts";
import type { PinnedDatabase } from "./database/databases.ts";
import { graver } from "./database/severity.ts";
import type { Hole, HoleFinding } from "./finding/HoleFinding.ts";
import { toMend, type AuditReport } from "./report.ts";
import { counted } from "../text/format.ts";
import { formatTable } from "../text/table.ts";
import { vexFile } from "./vex/statements.ts";

/** How many holes of a package are named; the rest is counted. */
const named = 2;

/** The report for a terminal. */
export function formatAudit({ stack, findings, databases, expired, unknown, settings }: AuditReport): string {
  const rows = findings.filter(({ holes }) => holes.some(isOpen)).map(row);
  const columns = ["LAYER", "PACKAGE", "INSTALLED", "FIXED", "SEVERITY", "SINCE", "HOLES", "RUNS IN"];
  const open = toMend(findings, settings);
  const stated = findings.flatMap(({ holes }) => holes).filter((hole) => !isOpen(hole)).length;
  return [
    ...(rows.length === 0 ? [] : [formatTable([columns, ...rows]).trimEnd()]),
    ...(stated === 0 ? [] : [`${counted(stated, "hole")} with a statement in ${vexFile}`]),
    ...expired,
    ...databaseLines(databases, settings),
    ...unknown.map((line) => `could not tell: ${line}`),
    ...(databases.length === 0 ? [] : [`${stack}: ${summary(open, settings)}`]),
    ...commands(open),
    "",
  ].join("\n");
}

/** What a newer package mends, and nobody said that it is none to mind. */
function isOpen({ statement }: Hole): boolean {
  return statement === undefined;
}

function row(finding: HoleFinding): string[] {
  const open = finding.holes.filter(isOpen);
  return [
    finding.layer,
    finding.package,
    finding.installed,
    finding.fixed,
    severityOf(open) ?? "not rated",
    describeSince(open),
    describeHoles(open),
    finding.runs.join(", "),
  ];
}

/** The gravest; undefined where nobody rated one of them. */
export function severityOf(holes: readonly Hole[]): string | undefined {
  return holes.map(({ severity }) => severity).reduce(graver, undefined);
}

/** The day since when the first of them can be mended: `2026-09-01`, `≥ 2026-09-01` where it may be later. */
export function describeSince(holes: readonly Hole[]): string {
  const [first] = [...holes].sort((a, b) => new Date(a.since).getTime() - new Date(b.since).getTime());
  return first ? `${first.sinceAtLeast ? "≥ " : ""}${first.since.slice(0, 10)}` : "";
}

/** `CVE-2023-5363, CVE-2023-5678 and 3 more`. */
export function describeHoles(holes: readonly Hole[]): string {
  const told = holes.slice(0, named).map(({ name }) => name);
  const more = holes.length - told.length;
  return more > 0 ? `${told.join(", ")} and ${more} more` : told.join(", ");
}

/** How old each database is; of one that is old, what to do. */
export function databaseLines(
  databases: readonly PinnedDatabase[],
  { databaseDays }: Pick<HoleSettings, "databaseDays">,
): string[] {
  if (databases.length === 0)
    return ["no database of advisories is at hand: nothing was looked up (docs/holes.md)"];
  return databases.map(({ name, taken, ageDays }) => {
    const age = ageDays === 0 ? "of today" : `${counted(ageDays, "day")} old`;
    const old = ageDays > databaseDays ? ": old; npm run audit -- --fetch takes a newer one" : "";
    return `database ${name}: taken on ${taken}, ${age}${old}`;
  });
}

function summary(open: readonly HoleFinding[], { severity }: HoleSettings): string {
  const grave = severity === "low" ? "" : ` of severity ${severity} or above`;
  if (open.length === 0) return `nothing to mend${grave}`;
  return `${counted(open.length, "package")} to mend${grave}`;
}

function commands(open: readonly HoleFinding[]): string[] {
  const layers = [...new Set(open.map(({ layer }) => layer))];
  return layers.map((layer) => `mend ${layer}: npm run freshen -- --layer ${layer}, then up`);
}
