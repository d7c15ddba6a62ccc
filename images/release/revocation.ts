import { z } from "zod";
import type { Addition } from "../ledger/append.ts";
import { addToReleases } from "./addTo.ts";
import { entrySchema, type Recorder } from "./entry.ts";
import { revokedFolder } from "./folder.ts";
import { readAllSigned } from "./read.ts";
import { signatureSchema } from "./signature.ts";
import { nextNumber } from "./standing.ts";
import { signedNext } from "./store.ts";

const revocationSchema = z.strictObject({
  format: z.literal(1),
  environment: z.literal(revokedFolder).describe("Not one: the place of revocations among the releases."),
  number: z.int().min(1),
  createdAt: z.iso.datetime(),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest (sha256:…)" })
    .describe("Of the image or disk that nothing may run from."),
  ledger: entrySchema,
  signature: signatureSchema,
});

/** An image or disk that nothing may run from any more, and nothing that stands on it: a signed entry of the ledger. */
export type Revocation = Omit<z.output<typeof revocationSchema>, "signature">;

/** All revocations of a project, verified, oldest first. @throws ConfigurationError where one does not hold. */
export function revocations(root: string): Revocation[] {
  return readAllSigned(root, revokedFolder, revocationSchema);
}

/** Records that a digest is revoked. @returns the entry: an earlier one, where it is revoked already. */
export function recordRevocation(
  root: string,
  digest: string,
  recorder: Recorder,
): Promise<{ revocation: Revocation; isNew: boolean }> {
  return addToReleases(root, () => addition(root, digest, recorder));
}

async function addition(
  root: string,
  digest: string,
  recorder: Recorder,
): Promise<Addition<{ revocation: Revocation; isNew: boolean }>> {
  const present = revocations(root).find((each) => each.digest === digest);
  if (present) return { files: {}, message: "", result: { revocation: present, isNew: false } };
  const number = nextNumber(root, revokedFolder);
  const place = { environment: revokedFolder, number } as const;
  const content = { format: 1, ...place, createdAt: new Date().toISOString(), digest } as const;
  return {
    files: { [`${revokedFolder}/${number}.json`]: await signedNext(root, place, content, recorder) },
    message: `Revoke ${digest}: ${recorder.reason ?? ""}`,
    result: { revocation: { ...content, ledger: recorder }, isNew: true },
  };
}
