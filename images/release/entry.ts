import { z } from "zod";
import { releaseSchema, type Release } from "./release.ts";
import { signatureSchema } from "./signature.ts";

/** Who recorded a release, where and why. */
const recorderSchema = z.strictObject({
  author: z.string().min(1).describe("Who started what recorded it, as the CI system or Git says."),
  commit: z
    .string()
    .optional()
    .describe("The project's commit that it was recorded from; -dirty where files differed from it."),
  job: z.url().optional().describe("The job of the CI system."),
  reason: z.string().optional().describe("Why: what was said, else the commit's first line."),
});
export type Recorder = z.output<typeof recorderSchema>;

/** What makes a release an entry of the ledger. */
export const entrySchema = recorderSchema.extend({
  predecessor: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: "the digest of an entry (sha256:…)" })
    .optional()
    .describe("Digest of the environment's release before it, with its signature; of the first one: absent."),
});

/** A release as its file has it. Those that versions before the ledger wrote have no `ledger`. */
export const signedSchema = releaseSchema.extend({
  ledger: entrySchema.optional(),
  signature: signatureSchema,
});

/** A release, and what the ledger says of it; undefined of those from before it. */
export interface LedgerEntry {
  release: Release;
  ledger?: z.output<typeof entrySchema>;
}
