import type { HoleSettings } from "../../config/holes.ts";
import type { PinnedDatabase } from "./database/databases.ts";
import { isAtLeast } from "./database/severity.ts";
import type { Hole, HoleFinding } from "./finding/HoleFinding.ts";
import { dayMilliseconds } from "../../config/days.ts";

/** What an audit found. */
export interface AuditReport {
  stack: string;
  findings: HoleFinding[];
  databases: PinnedDatabase[];
  /** Statements of the project that are past their end: `expected …, got …; fix`. */
  expired: string[];
  /** What could not be looked at, and why. */
  unknown: string[];
  settings: HoleSettings;
}

/** Whether a hole is one to mend: of the declared severity, and with no statement that it is none to mind. */
export function counts(
  { severity, statement }: Hole,
  { severity: least }: Pick<HoleSettings, "severity">,
): boolean {
  return statement === undefined && isAtLeast(severity, least);
}

/** Whole days since a hole can be mended. */
export function openDays({ since }: Pick<Hole, "since">, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / dayMilliseconds));
}

/** Whether a hole is refused: one to mend for longer than the declared days. */
export function isRefused(hole: Hole, settings: HoleSettings, now: Date): boolean {
  return counts(hole, settings) && openDays(hole, now) >= settings.days;
}

/** The packages with such holes. */
export function toMend(
  findings: readonly HoleFinding[],
  settings: Pick<HoleSettings, "severity">,
): HoleFinding[] {
  return findings.filter(({ holes }) => holes.some((hole) => counts(hole, settings)));
}

/** Exit codes: 0 nothing to mend, 2 something, 1 where something could not be looked at and nothing was found. */
export function auditExitCode({ findings, databases, unknown, settings }: AuditReport): number {
  if (toMend(findings, settings).length > 0) return 2;
  return unknown.length > 0 || databases.length === 0 ? 1 : 0;
}
