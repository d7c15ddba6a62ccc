import { z } from "zod";
import { knownSeries } from "../../../plan/distributions/series.ts";
import { add, type Advisories } from "./Advisory.ts";
import { severityOfWord } from "./severity.ts";

const releaseSchema = z.object({
  status: z.string(),
  fixed_version: z.string().optional(),
  urgency: z.string().optional(),
});
const trackerSchema = z.record(
  z.string(),
  z.record(z.string(), z.object({ releases: z.record(z.string(), releaseSchema) })),
);

/**
 * The advisories of Debian's security tracker, from its JSON: holes by source package, with the state in each release. It has no dates.
 * @throws z.ZodError for another document.
 */
export function trackerAdvisories(document: unknown): Advisories {
  const found: Advisories = {};
  const series = knownSeries();
  for (const [source, holes] of Object.entries(trackerSchema.parse(document)))
    for (const [hole, { releases }] of Object.entries(holes))
      for (const [codename, { status, fixed_version: fixed, urgency }] of Object.entries(releases)) {
        const release = series.find((each) => each.codename === codename);
        // A release that never had the hole is resolved in version 0.
        if (!release || status !== "resolved" || fixed === undefined || fixed === "0") continue;
        const severity = severityOfWord(urgency);
        add(found, `${release.id} ${release.version}`, source, {
          ...{ id: hole, holes: [hole], fixed },
          ...(severity && { severity }),
        });
      }
  return found;
}
