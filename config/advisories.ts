import { z } from "zod";
import { matchingText } from "./text.ts";

/** Forms in which distributions publish what is wrong with their packages, and since which version it is mended. */
const advisoryFormats = ["debian", "osv", "updateinfo"] as const;

const databaseSchema = z
  .strictObject({
    format: z
      .enum(advisoryFormats)
      .describe(
        "`debian`: the JSON of Debian's security tracker; `osv`: records of OSV, in a zip or a folder; `updateinfo`: updateinfo.xml of dnf.",
      ),
    url: matchingText(/^https?:\/\/[^\s@]+$/, "a URL without user name or password (https://…)")
      .optional()
      .describe("Where it is fetched from: a file, plain or of gzip or zstd; of OSV a zip."),
    path: matchingText(/^[^\s].*$/, "the path of a file or folder")
      .optional()
      .describe("The same as a file or folder of the project, or of this machine; instead of `url`."),
    distribution: matchingText(/^[a-z][a-z0-9._-]* [0-9][0-9.]*$/, "ID and VERSION_ID such as rocky 9")
      .optional()
      .describe(
        "With `updateinfo`, which does not say it: ID and VERSION_ID of os-release, such as `rocky 9`.",
      ),
  })
  .describe(
    "A database of advisories, which npm run audit -- --fetch takes and pins; it has a url or a path.",
  );

/** Databases by name. */
export const advisoriesSchema = z
  .record(
    matchingText(/^[a-z][a-z0-9-]{0,30}$/, "a name of lower-case letters, digits and dashes"),
    databaseSchema,
  )
  .default({})
  .describe("Databases of what is wrong with packages of distributions, by name: npm run audit.");

export type AdvisoryDatabase = z.output<typeof databaseSchema>;
