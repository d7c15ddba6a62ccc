import { isoDay } from "../../../config/days.ts";
import { describeEnd } from "../../../plan/distributions/support.ts";
import type { AgedBase } from "../../age/bases.ts";
import { warnedDays, type AgedCertificate } from "../../age/certificates.ts";
import type { DriftFinding } from "./finding.ts";

/** A certificate that an edge shows, and that ends soon. */
export function certificateDrift(certificates: readonly AgedCertificate[]): DriftFinding[] {
  return certificates.map(({ edge, hosts, endsOn }) => ({
    kind: "age",
    subject: edge,
    what: `the certificate for ${hosts.join(", ")}`,
    expected: `one that is valid for ${warnedDays} days more`,
    got: `one until ${isoDay(endsOn)}`,
  }));
}

/** A base that nobody looks after any more; one in its long-term support is none yet. */
export function supportDrift(bases: readonly AgedBase[]): DriftFinding[] {
  return bases
    .filter(({ end }) => end.state === "ended")
    .map(({ layer, end }) => ({
      kind: "age",
      subject: layer,
      what: "support of its distribution",
      expected: "one that goes on",
      got: describeEnd(end),
    }));
}
