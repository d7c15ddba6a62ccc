import { z } from "zod";
import { secretReference } from "./forms.ts";
import { packageBuildSchema } from "./packageBuild.ts";
import { matchingText } from "./text.ts";

const url = matchingText(/^https?:\/\/[^\s/@]+(\/\S*)?$/, "a URL without user name or password (https://…)");
const path = matchingText(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path inside the project");

/** A package of a layer. */
export const packageSchema = z
  .strictObject({
    source: path.optional().describe("Folder of the project that it is made of; it has an nfpm.yaml."),
    build: packageBuildSchema.optional(),
    version: matchingText(/^[^\s=]+$/, "a version such as 2.3.1-1")
      .optional()
      .describe("Exact version, from a configured repository or from those of the base."),
  })
  .describe("A package: made here from a source, or pinned by version. Exactly one of both.");

const repositorySchema = z
  .strictObject({
    apt: z
      .strictObject({
        url: url.describe("Where the repository is."),
        suite: z.string().default("./").describe("Suite; for a flat repository a folder that ends in /."),
        components: z.array(z.string()).default([]).describe("Components; none for a flat repository."),
      })
      .optional()
      .describe("For bases with apt."),
    yum: z
      .strictObject({ url: url.describe("Where the repository is.") })
      .optional()
      .describe("For bases with dnf."),
    key: path
      .optional()
      .describe(
        "Public key that its metadata is signed with, by its path in the project; without one, `trusted` says so.",
      ),
    trusted: z
      .boolean()
      .optional()
      .describe(
        "Take its packages though no key vouches for them. Whoever answers at its address is root in boxes.",
      ),
    username: z.string().optional().describe("User name that it asks for."),
    password: secretReference
      .optional()
      .describe("Its password: ${secret:NAME}. It stays in no layer and counts for no digest."),
  })
  .describe("A package repository.");

/** Where pinned packages come from. */
export const packagesSchema = z
  .strictObject({
    repositories: z
      .record(
        matchingText(/^[a-z][a-z0-9-]{0,30}$/, "a name of lower-case letters, digits and dashes"),
        repositorySchema,
      )
      .default({})
      .describe("Repositories beside those of the base, there only while a layer is built."),
  })
  .describe("Where pinned packages come from.");

export type LayerPackage = z.output<typeof packageSchema>;
export type PackageRepository = Omit<z.output<typeof repositorySchema>, "password" | "trusted">;
