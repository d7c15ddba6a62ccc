import type { Configuration } from "../../config/schema.ts";
import type { ReleaseContent } from "../../images/release/release.ts";
import { readChains } from "./chains.ts";
import { pinnedDatabases } from "./database/databases.ts";
import { keptAdvisories } from "./database/kept.ts";
import type { AuditedImage } from "./finding/HoleFinding.ts";
import { findHoles, type AdvisoryLookup } from "./find.ts";
import type { AuditReport } from "./report.ts";
import { runningImages } from "./running.ts";
import { isExpired, withStatements } from "./vex/apply.ts";
import { readStatements, vexFile, type VexStatement } from "./vex/statements.ts";

/** What is audited, and how. */
export interface AuditRequest {
  root: string;
  stack: string;
  configuration: Pick<Configuration, "advisories" | "registry"> & {
    environment: Pick<Configuration["environment"], "holes">;
  };
  /** What runs, or shall run. */
  release: ReleaseContent;
  /** Places of the images that count; default: all. */
  wanted?: ReadonlySet<string>;
  /** Only what this fleet, accessory or edge runs; default: all. */
  only?: string | undefined;
  /** Whether a database may be taken from elsewhere; else the cache alone is looked at. */
  mayFetch: boolean;
  now: Date;
}

/**
 * Compares the inventories of images with the pinned databases of advisories.
 * @throws ConfigurationError where the pins or the project's statements are not what they should be.
 */
export async function audit(request: AuditRequest): Promise<AuditReport> {
  const { root, stack, configuration, release, wanted, only, mayFetch, now } = request;
  const statements = readStatements(root);
  const { pinned, missing } = await pinnedDatabases(root, configuration, now, mayFetch);
  const running = runningImages(release, wanted).filter(({ runs }) => only === undefined || runs === only);
  const { images, unknown } = await readChains(root, running, configuration.registry);
  const advisories = lookupIn(pinned.map(({ digest }) => digest));
  const findings = findHoles(images, advisories);
  return {
    stack,
    findings: withStatements(findings, statements, now),
    databases: pinned,
    expired: statements.filter((each) => isExpired(each, now)).map(expiredProblem),
    unknown: [...missing, ...unknown, ...(pinned.length === 0 ? [] : untold(images, advisories))],
    settings: configuration.environment.holes,
  };
}

function expiredProblem({ place, names, expires }: VexStatement): string {
  return `${vexFile}: ${place}.expires: expected a day that is not past, got ${expires}; judge ${names[0] ?? ""} anew, or remove the statement`;
}

/** Packages that no database says anything of are not packages without holes. */
function untold(images: readonly AuditedImage[], advisories: AdvisoryLookup): string[] {
  const links = images
    .flatMap(({ chain }) => chain.slice(0, 1))
    .filter(({ packages }) => packages.length > 0);
  const silent = links.filter(({ system }) => advisories(system).length === 0);
  return [
    ...new Set(
      silent.map(({ layer, system: { id, version } }) => {
        const name = id === "" ? "a system without os-release" : `${id} ${version}`;
        return `${layer}: expected a database that tells of ${name}, got none; add one to advisories`;
      }),
    ),
  ];
}

/** Each distribution is read once. */
function lookupIn(digests: readonly string[]): AdvisoryLookup {
  const read = new Map<string, ReturnType<AdvisoryLookup>>();
  return (system) => {
    const key = `${system.id} ${system.version}`;
    const known =
      read.get(key) ??
      digests.map((digest) => keptAdvisories(digest, system)).filter((each) => each !== undefined);
    read.set(key, known);
    return known;
  };
}
