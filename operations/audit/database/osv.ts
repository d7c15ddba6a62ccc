import { z } from "zod";
import { add, type Advisories, type Advisory } from "./Advisory.ts";
import { graver, severityOfWord } from "./severity.ts";
import { severityOfVector } from "./vector.ts";
import type { Severity } from "../../../config/holes.ts";

const severitySchema = z.object({ type: z.string(), score: z.string() });
const rated = { severity: z.array(severitySchema).nullish() };
const affectedSchema = z.object({
  ...rated,
  package: z.object({ ecosystem: z.string(), name: z.string() }).nullish(),
  ranges: z
    .array(z.object({ type: z.string(), events: z.array(z.record(z.string(), z.string())) }))
    .nullish(),
  ecosystem_specific: z.looseObject({ urgency: z.string().optional() }).nullish(),
});
/** A record of OSV (ossf.github.io/osv-schema), as far as it is read. */
const recordSchema = z.object({
  ...rated,
  id: z.string(),
  published: z.string().nullish(),
  modified: z.string().nullish(),
  withdrawn: z.string().nullish(),
  aliases: z.array(z.string()).nullish(),
  upstream: z.array(z.string()).nullish(),
  related: z.array(z.string()).nullish(),
  affected: z.array(affectedSchema).nullish(),
});
type OsvRecord = z.output<typeof recordSchema>;
type Affected = z.output<typeof affectedSchema>;

/**
 * Adds what a record of OSV says of distributions that are known here.
 * @throws z.ZodError for another document.
 */
export function addOsvRecord(to: Advisories, document: unknown): void {
  const record = recordSchema.parse(document);
  // The publisher took it back.
  if (typeof record.withdrawn === "string") return;
  for (const affected of record.affected ?? []) {
    const { ecosystem = "", name = "" } = affected.package ?? {};
    const distribution = distributionOf(ecosystem);
    if (distribution === undefined) continue;
    for (const range of mendedRanges(affected))
      add(to, distribution, name, { ...aboutRecord(record), ...ratingOf(record, affected), ...range });
  }
}

/** `Debian:12` is `debian 12`; `Ubuntu:24.04:LTS`, `Rocky Linux:9` and `AlmaLinux:9` likewise. Others are not known. */
function distributionOf(ecosystem: string): string | undefined {
  const [, name = "", version = ""] =
    /^(Debian|Ubuntu|Rocky Linux|AlmaLinux):(\d[\d.]*)(?::LTS)?$/.exec(ecosystem) ?? [];
  if (name === "") return undefined;
  return `${name === "Rocky Linux" ? "rocky" : name.toLowerCase()} ${version}`;
}

/** A record of one CVE is dated by the hole, one of a publisher's advisory by the mend. */
function aboutRecord(record: OsvRecord): Pick<Advisory, "id" | "holes" | "fixedAt" | "knownAt"> {
  const { id, published, aliases, upstream, related } = record;
  const names = [id, ...(aliases ?? []), ...(upstream ?? [])];
  const cves = cvesIn(names);
  const holes = cves.length > 0 ? cves : cvesIn(related ?? []);
  const date = published === null || published === undefined ? {} : dated(id, published);
  return { id, holes: holes.length > 0 ? holes : [id], ...date };
}

function dated(id: string, published: string): Pick<Advisory, "fixedAt" | "knownAt"> {
  return /(^|-)CVE-\d/.test(id) ? { knownAt: published } : { fixedAt: published };
}

function cvesIn(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => /CVE-\d{4}-\d+$/.exec(name)?.[0] ?? []))].sort();
}

function ratingOf(record: OsvRecord, affected: Affected): Pick<Advisory, "severity"> {
  const scores = [...(affected.severity ?? []), ...(record.severity ?? [])];
  const rating = scores
    .map(({ type, score }) => (type.startsWith("CVSS") ? severityOfVector(score) : severityOfWord(score)))
    .reduce<Severity | undefined>(graver, severityOfWord(affected.ecosystem_specific?.urgency));
  return rating ? { severity: rating } : {};
}

/** Spans of versions that end with a mend, each on its own. */
function mendedRanges({ ranges }: Affected): Pick<Advisory, "introduced" | "fixed">[] {
  return (ranges ?? [])
    .filter(({ type }) => type === "ECOSYSTEM")
    .flatMap(({ events }) => {
      let introduced: string | undefined;
      return events.flatMap((event) => {
        if (event["introduced"] !== undefined) introduced = event["introduced"];
        const fixed = event["fixed"];
        if (fixed === undefined) return [];
        return [{ ...(introduced !== undefined && introduced !== "0" && { introduced }), fixed }];
      });
    });
}
