import { z } from "zod";
import { whole } from "./forms.ts";

/** How grave a hole is, the least first. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

const days = (min: number) => whole(min, 3650, `days from ${min} to 3650`);

/** What up and promote make of holes in packages that the distribution has mended. */
export const holesSchema = z
  .strictObject({
    gate: z
      .enum(["refuse", "warn", "off"])
      .optional()
      .describe(
        "`refuse`: no image with such a hole comes to run; `warn`: it is said; `off`: nothing is looked up. Default: refuse where releases are taken, else warn.",
      ),
    severity: z
      .enum(severities)
      .default("high")
      .describe("The least severity that counts; what nobody rated counts, too."),
    days: days(0)
      .default(30)
      .describe("For how many days a newer package may be there before the old one is refused."),
    databaseDays: days(1).default(7).describe("Age at which a database of advisories is called old."),
  })
  .prefault({})
  .describe("Holes in packages that have been mended: what up and promote refuse.");

export type HoleSettings = z.output<typeof holesSchema>;
