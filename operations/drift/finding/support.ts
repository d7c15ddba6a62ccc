import { describeEnd } from "../../../plan/distributions/support.ts";
import type { AgedBase } from "../../age/bases.ts";
import type { DriftFinding } from "./finding.ts";

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
