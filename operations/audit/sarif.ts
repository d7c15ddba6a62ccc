import type { Severity } from "../../config/holes.ts";
import type { Hole, HoleFinding } from "./finding/HoleFinding.ts";
import { openDays, type AuditReport } from "./report.ts";

const levels: Record<Severity, string> = { critical: "error", high: "error", medium: "warning", low: "note" };
/** The least score of each, as GitHub's code scanning sorts by it. */
const scores: Record<Severity, string> = { critical: "9.0", high: "7.0", medium: "4.0", low: "0.1" };

/** The report as SARIF 2.1.0 (OASIS), a result for each hole of a package; those with a statement are suppressed, with its reason. */
export function auditSarif({ findings }: AuditReport, now: Date): object {
  const holes = findings.flatMap((finding) => finding.holes.map((hole) => ({ finding, hole })));
  const byName = new Map<string, Hole>(holes.map(({ hole }) => [hole.name, hole]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "immutable-fleets audit", rules: [...byName.values()].map(rule) } },
        results: holes.map(({ finding, hole }) => result(finding, hole, now)),
      },
    ],
  };
}

function rule({ name, severity, advisories }: Hole): object {
  return {
    id: name,
    shortDescription: { text: `${name} (${advisories.join(", ")})` },
    properties: { tags: ["security"], ...(severity && { "security-severity": scores[severity] }) },
  };
}

function result(finding: HoleFinding, hole: Hole, now: Date): object {
  const { layer, place, package: name, architecture, installed, url, runs } = finding;
  const { severity, fixed, statement } = hole;
  const days = openDays(hole, now);
  return {
    ruleId: hole.name,
    level: severity === undefined ? "error" : levels[severity],
    message: {
      text: `${name} ${installed} of layer ${layer} is mended in ${fixed}, for ${days} days; it runs in ${runs.join(", ")}. npm run freshen -- --layer ${layer}`,
    },
    locations: [
      {
        // The layers are declared there.
        physicalLocation: { artifactLocation: { uri: "Pulumi.yaml" }, region: { startLine: 1 } },
        logicalLocations: [{ name: layer, fullyQualifiedName: place, kind: "module" }],
      },
    ],
    partialFingerprints: { "hole/v1": [hole.name, layer, name, architecture].join(" ") },
    properties: { package: url, installed, fixed, since: hole.since, runs },
    ...(statement && {
      suppressions: [{ kind: "external", status: "accepted", justification: statement.reason }],
    }),
  };
}
