import type { Hole, HoleFinding } from "../finding/HoleFinding.ts";
import { isRefused, openDays, toMend, type AuditReport } from "../report.ts";
import { describeHoles, severityOf } from "../text.ts";
import { vexFile } from "../vex/statements.ts";

/** What a gate makes of an audit. */
export interface Judgement {
  /** What is refused where the gate refuses: `path: expected …, got …; fix`. */
  refused: string[];
  /** How many packages have holes to mend that are not refused yet. */
  young: number;
  /** What could not be looked at. */
  unknown: string[];
  /** What else is to be said: databases that are old, statements that are past their end. */
  notes: string[];
}

/** Judges what an audit found, on a day: refused is what can be mended, is grave and old enough, and has no statement. */
export function judgeHoles(report: AuditReport, now: Date): Judgement {
  const { findings, databases, expired, unknown, settings } = report;
  const refused = findings.flatMap((finding) => {
    const holes = finding.holes.filter((hole) => isRefused(hole, settings, now));
    return holes.length === 0 ? [] : [refusal(finding, holes, now)];
  });
  const open = toMend(findings, settings);
  const old = databases
    .filter(({ ageDays }) => ageDays > settings.databaseDays)
    .map(
      ({ name, taken, ageDays }) =>
        `advisories.${name}: expected a database of at most ${settings.databaseDays} days, got one of ${taken} (${ageDays} days); npm run audit -- --fetch takes a newer one`,
    );
  return { refused, young: open.length - refused.length, unknown, notes: [...old, ...expired] };
}

function refusal(finding: HoleFinding, holes: readonly Hole[], now: Date): string {
  const { layer, package: name, installed, fixed, runs } = finding;
  const days = Math.max(...holes.map((hole) => openDays(hole, now)));
  const oldest = holes.find((hole) => openDays(hole, now) === days);
  const since = `${oldest?.since.slice(0, 10) ?? ""}, ${days} days`;
  const about = `${describeHoles(holes)}; ${severityOf(holes) ?? "not rated"}; mended since ${since}`;
  return `layers.${layer}: expected ${name} ${fixed} or newer (${about}), got ${installed} in ${runs.join(", ")}; npm run freshen -- --layer ${layer} and up where it is built, or say in ${vexFile} why it does not matter`;
}

/** Images with holes that are refused: nothing was changed. */
export class HolesRefused extends Error {
  constructor(stack: string, lines: readonly string[]) {
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    super(
      [
        `${stack}: the images have ${count} (environment.holes); nothing was created or changed:`,
        ...lines,
      ].join("\n"),
    );
    this.name = "HolesRefused";
  }
}
