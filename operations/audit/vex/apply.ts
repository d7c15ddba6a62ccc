import { PackageURL } from "packageurl-js";
import type { Hole, HoleFinding } from "../finding/HoleFinding.ts";
import type { VexStatement } from "./statements.ts";
import { isoDay } from "../../../config/days.ts";

/** What counts as said of a hole: that it is none to mind. */
const closing = new Set(["not_affected", "fixed", "under_investigation"]);

/** The findings with the project's statements that count on that day: of one that is past its end, nothing is left. */
export function withStatements(
  findings: readonly HoleFinding[],
  statements: readonly VexStatement[],
  now: Date,
): HoleFinding[] {
  const valid = statements.filter((each) => closing.has(each.status) && !isExpired(each, now));
  return findings.map((finding) => ({
    ...finding,
    holes: finding.holes.map((hole) => {
      const said = valid.find((each) => isAbout(each, finding, hole));
      if (!said) return hole;
      const { status, reason, expires } = said;
      return { ...hole, statement: { status, reason, expires } };
    }),
  }));
}

/** The last day still counts. */
export function isExpired({ expires }: Pick<VexStatement, "expires">, now: Date): boolean {
  return isoDay(now) > expires;
}

function isAbout(
  { names, packages }: VexStatement,
  finding: HoleFinding,
  { name, advisories }: Hole,
): boolean {
  if (!names.some((each) => each === name || advisories.includes(each))) return false;
  return packages.some((each) => isPackage(each, finding));
}

/** A package URL without a version is about all versions; it names the package or its source. */
function isPackage(wanted: PackageURL, { url, source }: HoleFinding): boolean {
  const { type, namespace, name, version, qualifiers } = PackageURL.fromString(url);
  const same =
    wanted.type === type &&
    (wanted.namespace ?? "") === (namespace ?? "") &&
    (wanted.name === name || wanted.name === source);
  const epoch = qualifiers?.["epoch"];
  const whole = epoch === undefined ? version : `${epoch}:${version ?? ""}`;
  return same && (wanted.version === undefined || wanted.version === version || wanted.version === whole);
}
