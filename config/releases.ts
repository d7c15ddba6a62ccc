import { z } from "zod";
import { matchingText } from "./text.ts";

const branch = matchingText(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "the name of a branch");

/** Where an environment's releases are kept, for all environments alike. */
export const releasesSchema = z
  .strictObject({
    remote: matchingText(
      /^(?!-)(?!.*:\/\/[^/]*:[^/]*@)\S+$/,
      "a remote of this clone, or a URL without a password",
    ).describe(
      "The remote of this clone, or its URL, that keeps them in a branch of their own: read before they are used, written when one is recorded.",
    ),
    branch: branch.default("releases").describe("That branch. Nobody may rewrite or remove it."),
    trusted: branch
      .default("main")
      .describe(
        "The protected branch: keys and identities are trusted as releases/keys is there, and nowhere else.",
      ),
  })
  .describe(
    "Where releases are kept, for all environments: in Pulumi.yaml alone. Default: in the folder releases/ of each clone, to be committed.",
  );

/** Where releases are kept, when that is not only the clone's folder. */
export type ReleasesSettings = z.output<typeof releasesSchema>;
