import { createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { trustPlace } from "../ledger/trust.ts";
import { afterEndWords, endBefore, keyEndFile, type KeyEnd } from "../signing/ended.ts";
import { keyId } from "../signing/key.ts";
import { keylessSigner, signKeyless } from "../signing/keyless.ts";
import { messageOf } from "../../work/message.ts";

const payloadType = "application/vnd.in-toto+json";

/** A signed statement (DSSE envelope v1, github.com/secure-systems-lab/dsse). */
export const envelopeSchema = z.strictObject({
  payloadType: z.literal(payloadType),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string().default(""), sig: z.base64() })).min(1),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** An envelope that an identity signed, with what proves it (Sigstore bundle, docs.sigstore.dev/about/bundle). */
const bundleSchema = z.looseObject({
  mediaType: z.string().startsWith("application/vnd.dev.sigstore.bundle"),
  dsseEnvelope: envelopeSchema,
});

/** A statement, signed by a key or by an identity. */
export const sealedSchema = z.union([envelopeSchema, bundleSchema]);
export type Sealed = z.output<typeof sealedSchema>;

/** Who signed: ids of keys, or the name of an identity. */
export interface Signers {
  keys: string[];
  /** Why what they signed is not trusted, as `expected …, got …; fix`; undefined when it is. */
  problem?: string;
}

/** A statement signed by a key. */
export function sealed(statement: unknown, key: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign(null, signedBytes(payload), key).toString("base64");
  return {
    payloadType,
    payload: payload.toString("base64"),
    signatures: [{ keyid: keyId(createPublicKey(key)), sig }],
  };
}

/** A statement signed by the identity of the job that runs this. @throws Error, see signKeyless. */
export async function sealedKeyless(root: string, statement: unknown): Promise<Sealed> {
  const bundle = await signKeyless(root, Buffer.from(JSON.stringify(statement)), payloadType);
  return bundleSchema.parse(bundle);
}

/** What was signed as others exchange it: a Sigstore bundle, also of what a key signed. */
export function asBundle(seal: Sealed): unknown {
  if ("dsseEnvelope" in seal) return seal;
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: seal.signatures[0]?.keyid ?? "" }, tlogEntries: [] },
    // Verifiers of others pass over a signature whose hint is not of their own making.
    dsseEnvelope: { ...seal, signatures: seal.signatures.map(({ sig }) => ({ sig })) },
  };
}

/** The statement that was signed; whether it holds is another matter. */
export function opened(seal: Sealed): unknown {
  return JSON.parse(Buffer.from(envelopeOf(seal).payload, "base64").toString()) as unknown;
}

/** Who signed a statement, and whether that is trusted. @param trusted keys by id; identities are in the project's files. */
export function signersOf(root: string, seal: Sealed, trusted: ReadonlyMap<string, KeyObject>): Signers {
  if (!("dsseEnvelope" in seal)) {
    const problem = sealProblem(root, seal, trusted);
    return { keys: seal.signatures.map(({ keyid }) => keyid), ...(problem !== undefined && { problem }) };
  }
  try {
    return { keys: [keylessSigner(root, seal)] };
  } catch (error) {
    const got = messageOf(error);
    return { keys: [], problem: `expected the signature of an identity of ${trustPlace(root)}, got: ${got}` };
  }
}

/** Whether a statement is by keys alone that had ended before it was recorded. */
export function isAfterEnd(root: string, seal: Sealed): boolean {
  return !("dsseEnvelope" in seal) && endsBefore(root, seal).size === seal.signatures.length;
}

/** The keys among those that signed which had ended before, as far as anybody can prove. */
function endsBefore(root: string, envelope: Envelope): Map<string, KeyEnd> {
  const ends = envelope.signatures.map(({ keyid }) => endBefore(root, keyid, envelope));
  return new Map(ends.filter((end) => end !== undefined).map((end) => [end.key, end]));
}

function envelopeOf(seal: Sealed): Envelope {
  return "dsseEnvelope" in seal ? seal.dsseEnvelope : seal;
}

function sealProblem(
  root: string,
  envelope: Envelope,
  trusted: ReadonlyMap<string, KeyObject>,
): string | undefined {
  const bytes = signedBytes(Buffer.from(envelope.payload, "base64"));
  const ends = endsBefore(root, envelope);
  const known = envelope.signatures.filter(({ keyid }) => trusted.has(keyid) && !ends.has(keyid));
  const [ended] = ends.values();
  if (known.length === 0 && ended)
    return `expected a statement that was signed before its key ended, as ${keyEndFile(ended.key)} has them, got ${afterEndWords(ended)}; build the image again`;
  if (known.length === 0) {
    const names = envelope.signatures.map(({ keyid }) => keyid).join(", ");
    return `expected the signature of a key of ${trustPlace(root)}, got that of ${names}; add its .pem if you trust whoever signed`;
  }
  const holds = known.some(({ keyid, sig }) => {
    const key = trusted.get(keyid);
    return key !== undefined && verify(null, bytes, key, Buffer.from(sig, "base64"));
  });
  return holds
    ? undefined
    : "expected the statement that was signed, got an altered one; build the image again";
}

/** What is signed: DSSE's pre-authentication encoding. */
function signedBytes(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
