import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Problem } from "../../config/problem.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { ledgerOf } from "../ledger/Ledger.ts";
import { trustFolder, trustPlace } from "../ledger/trust.ts";
import { afterEndWords, endBefore, keyEnd, keyEndFile, refuseEndedKey } from "../signing/ended.ts";
import { refuseOtherJobs } from "../signing/job.ts";
import { keyId, privateKeyIn, publishKey, trustedKey } from "../signing/key.ts";
import {
  entrySigner,
  SignedAfterEnd,
  signEntryKeyless,
  recordsKeyless,
  trustedIdentities,
} from "../signing/keyless.ts";
import { messageOf } from "../../work/message.ts";

/** How to mend a file that is not as it was recorded. */
export const takeAgain = "take the file again from where it was recorded";

/** The private key of this clone, which git ignores. */
const privateKeyFile = ".release-key";

const keySignature = z.strictObject({
  algorithm: z.literal("ed25519"),
  key: z.string().describe("Names the file releases/keys/<key>.pem."),
  value: z.base64(),
});

const identitySignature = z.strictObject({
  algorithm: z.literal("sigstore"),
  bundle: z
    .looseObject({ mediaType: z.string().startsWith("application/vnd.dev.sigstore.bundle") })
    .describe(
      "What the identity of a CI job signed, with what proves that (docs.sigstore.dev/about/bundle).",
    ),
});

export const signatureSchema = z.discriminatedUnion("algorithm", [keySignature, identitySignature]);
export type Signature = z.output<typeof signatureSchema>;

/** The key that signs releases: of this clone, made at the first call; or, in a job, the one in the variable FLEET_RELEASE_KEY (PEM). */
function releaseKey(root: string): KeyObject {
  const given = process.env["FLEET_RELEASE_KEY"] ?? "";
  return given === "" ? privateKeyIn(path.join(root, privateKeyFile)) : createPrivateKey(given);
}

function hasReleaseKey(root: string): boolean {
  return (process.env["FLEET_RELEASE_KEY"] ?? "") !== "" || existsSync(path.join(root, privateKeyFile));
}

/**
 * The signature of a value: by the identity of the job that runs this, where it has one and the project trusts identities, else by the release key,
 * whose public half is put beside the releases.
 * @throws Error when nobody would trust it.
 */
export async function signValue(root: string, value: unknown): Promise<Signature> {
  if (recordsKeyless(root))
    return { algorithm: "sigstore", bundle: await signEntryKeyless(root, bytesOf(value)) };
  const key = releaseKey(root);
  refuseEnded(root, key);
  const id = publishKey(root, key);
  return { algorithm: "ed25519", key: id, value: sign(null, bytesOf(value), key).toString("base64") };
}

function refuseEnded(root: string, key: KeyObject): void {
  const isGiven = (process.env["FLEET_RELEASE_KEY"] ?? "") !== "";
  refuseEndedKey(root, keyId(createPublicKey(key)), isGiven ? "FLEET_RELEASE_KEY" : privateKeyFile);
}

/**
 * Sees to it, before anything is changed, that what this clone records will be trusted: signed by a job's identity that may, or by a key that has not
 * ended and, where there is a ledger, that the protected branch has.
 * @throws Error with the way there.
 */
export async function refuseUntrustedSigner(root: string): Promise<void> {
  if (recordsKeyless(root)) {
    await refuseOtherJobs(root);
    return;
  }
  // One that is yet to be made has not ended, and is made by what is recorded.
  if (!ledgerOf(root) && !hasReleaseKey(root)) return;
  const key = releaseKey(root);
  refuseEnded(root, key);
  if (!ledgerOf(root)) return;
  const id = keyId(createPublicKey(key));
  if (typeof trustedKey(root, id) !== "string") return;
  publishKey(root, key);
  throw new Error(
    `${trustFolder}/${id}.pem: expected the key that signs releases here in ${trustPlace(root)}, got none; nothing was changed; have the file, which is here now, taken over there, or give the job a key that is (FLEET_RELEASE_KEY)`,
  );
}

/** Why a signature does not hold. */
export interface SignatureProblem extends Omit<Problem, "path"> {
  /** Whether it is whole, and whoever signed had ended before. */
  isLate?: true;
}

/** Whether whoever signed may have ended, as the signature says itself: most have not, and need not be looked at twice. */
export function mayBeLate(root: string, signature: Signature): boolean {
  if (signature.algorithm === "ed25519") return keyEnd(root, signature.key) !== undefined;
  return trustedIdentities(root).some(({ until }) => until !== undefined);
}

/** Why a signature does not hold for a value; undefined when it holds. @param entry both, as they were read. */
export function signatureProblem(
  root: string,
  value: unknown,
  signature: Signature,
  entry: unknown,
): SignatureProblem | undefined {
  return signature.algorithm === "ed25519"
    ? keyProblem(root, value, signature, entry)
    : bundleProblem(root, value, signature.bundle);
}

function bundleProblem(root: string, value: unknown, bundle: unknown): SignatureProblem | undefined {
  try {
    entrySigner(root, bundle, bytesOf(value));
    return undefined;
  } catch (error) {
    return {
      expected: `the signature of an identity of ${trustPlace(root)}`,
      got: messageOf(error),
      fix: takeAgain,
      ...(error instanceof SignedAfterEnd && { isLate: true }),
    };
  }
}

function keyProblem(
  root: string,
  value: unknown,
  signature: z.output<typeof keySignature>,
  entry: unknown,
): SignatureProblem | undefined {
  const file = `${trustFolder}/${signature.key}.pem`;
  const key = trustedKey(root, signature.key);
  if (key === "none")
    return {
      expected: `a key of ${trustPlace(root)}`,
      got: signature.key,
      fix: "add its .pem if you trust whoever signed",
    };
  if (key === "other")
    return { expected: `a public key (PEM) in ${file}`, got: "another file", fix: takeAgain };
  const intact =
    keyId(key) === signature.key && verify(null, bytesOf(value), key, Buffer.from(signature.value, "base64"));
  if (!intact) return { expected: `the content that ${file} signed`, got: "another", fix: takeAgain };
  const end = endBefore(root, signature.key, entry);
  return (
    end && {
      expected: `one that was signed before its key ended, as ${keyEndFile(signature.key)} has them`,
      got: afterEndWords(end),
      fix: "nothing runs from it; record it anew, by a key that is trusted",
      isLate: true,
    }
  );
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value));
}
