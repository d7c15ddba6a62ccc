import type { Package } from "../../images/proof/packages.ts";
import { packageUrl } from "../../images/proof/sbom.ts";
import { compareDebianVersions } from "../../plan/versions/debian.ts";
import { compareRpmVersions } from "../../plan/versions/rpm.ts";
import { own, type Advisory } from "./database/Advisory.ts";
import type { AuditedImage, AuditedLayer, HoleFinding } from "./finding/HoleFinding.ts";
import { holesOf } from "./holes.ts";

/** The advisories on packages of a distribution, of every database that has some. */
export type AdvisoryLookup = (system: AuditedLayer["system"]) => readonly Record<string, Advisory[]>[];

/** What images have that a newer package mends, each package once for the layer that brought it; pure. */
export function findHoles(images: readonly AuditedImage[], advisories: AdvisoryLookup): HoleFinding[] {
  const findings = new Map<string, HoleFinding>();
  for (const { runs, chain } of images) {
    const top = chain.at(-1);
    for (const each of top?.packages ?? []) {
      const origin = originOf(chain, each);
      const key = [origin?.place, each.name, each.architecture, each.version].join(" ");
      const known = findings.get(key);
      const found = known ?? (origin && findingOf(origin, each, advisories(origin.system)));
      if (!found) continue;
      findings.set(key, found);
      if (!found.runs.includes(runs)) found.runs.push(runs);
    }
  }
  return [...findings.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ place, package: name, architecture }: HoleFinding): string {
  return [place, name, architecture].join(" ");
}

/** The lowest image since which a package is there in that version. */
function originOf(chain: readonly AuditedLayer[], wanted: Package): AuditedLayer | undefined {
  const has = ({ packages }: AuditedLayer) => packages.some((each) => isSame(each, wanted));
  return chain[chain.findLastIndex((each) => !has(each)) + 1];
}

function isSame(a: Package, b: Package): boolean {
  return (
    a.name === b.name && a.version === b.version && a.architecture === b.architecture && a.kind === b.kind
  );
}

function findingOf(
  origin: AuditedLayer,
  found: Package,
  databases: readonly Record<string, Advisory[]>[],
): HoleFinding | undefined {
  const advisories = databases
    .flatMap((database) => own(database, advisoryName(found)) ?? [])
    .filter((advisory) => isOpen(found, advisory));
  const compare = comparisonOf(found);
  const holes = holesOf(advisories, origin.builtAt, compare);
  const fixed = holes
    .map((each) => each.fixed)
    .sort(compare)
    .at(-1);
  if (fixed === undefined) return undefined;
  const { name, architecture, source } = found;
  return {
    ...{ layer: origin.layer, place: origin.place, package: name, architecture },
    ...(source !== undefined && { source }),
    ...{ url: packageUrl(found, origin.system), installed: installedText(found), fixed, holes, runs: [] },
  };
}

/** Debian and Ubuntu tell of source packages, those with RPM of the packages themselves. */
function advisoryName({ kind, name, source }: Package): string {
  if (kind === "rpm" || source === undefined) return name;
  // The kernel is signed as a source package of its own.
  return source.replace(/^linux-signed-\w+$/, "linux");
}

function comparisonOf({ kind }: Package): (a: string, b: string) => number {
  return kind === "deb" ? compareDebianVersions : compareRpmVersions;
}

function isOpen(found: Package, { introduced, fixed }: Advisory): boolean {
  // Packages of modules have versions of their own, beside those of the same name that are of none.
  if (found.kind === "rpm" && isModular(found.version) !== isModular(fixed)) return false;
  const compare = comparisonOf(found);
  const version = comparedVersion(found);
  const hadIt = introduced === undefined || compare(version, introduced) >= 0;
  return hadIt && compare(version, fixed) < 0;
}

/** The version that advisories go by: of a Debian package that of its source. The kernel's signed source has a version of its own. */
function comparedVersion({ kind, source, version, sourceVersion }: Package): string {
  if (kind === "rpm") return version;
  const isSigned = source?.startsWith("linux-signed-") === true;
  return withoutRebuild(isSigned ? version : (sourceVersion ?? version));
}

/** `1:4.16.0-2+really2.41-5 (util-linux 2.41-5)`, where the mend has the version of the source. */
function installedText(found: Package): string {
  const { source, version } = found;
  const compared = comparedVersion(found);
  return compared === version || compared === withoutRebuild(version)
    ? version
    : `${version} (${source ?? ""} ${compared})`;
}

/** A package that was only built again has another version than its source, which advisories are about: `1.2-3+b1`. */
function withoutRebuild(version: string): string {
  return version.replace(/\+b\d+$/, "");
}

function isModular(version: string): boolean {
  return version.includes(".module");
}
