import type { Severity } from "../../../config/holes.ts";
import type { Package } from "../../../images/proof/packages.ts";

/** One image of a chain: what its layer brought, and when. */
export interface AuditedLayer {
  /** `base.python.catalog`. */
  place: string;
  layer: string;
  /** When it was built; ISO 8601. */
  builtAt: string;
  /** ID and VERSION_ID of os-release. */
  system: { id: string; version: string };
  /** All that are in it, those of the layers below, too. */
  packages: readonly Package[];
}

/** What runs an image: a fleet, an accessory or the edge; and the image with those below it, base first. */
export interface AuditedImage {
  runs: string;
  chain: AuditedLayer[];
}

/** A hole in a package that a newer version of it mends. */
export interface Hole {
  /** `CVE-2023-5363`, as a rule. */
  name: string;
  /** Advisories that tell of it. */
  advisories: string[];
  /** Absent: nobody rated it. */
  severity?: Severity;
  /** The version that mends it. */
  fixed: string;
  /** Since when that is there; ISO 8601. */
  since: string;
  /** No advisory has the day: it is no earlier than this, for the layer was built then and had no newer package. */
  sinceAtLeast?: true;
  /** The statement of the project that it is none to mind. */
  statement?: { status: string; reason: string; expires: string };
}

/** A package of a layer with holes that a newer version mends. */
export interface HoleFinding {
  layer: string;
  place: string;
  package: string;
  architecture: string;
  /** The source package, where it has another name. */
  source?: string;
  /** Package URL. */
  url: string;
  installed: string;
  /** The version that mends all of them. */
  fixed: string;
  holes: Hole[];
  /** What runs it: fleets, accessories, the edge. */
  runs: string[];
}
