import { createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { keyId, publicKeyFolder } from "../signing/key.ts";

/** A signed statement (DSSE envelope v1, github.com/secure-systems-lab/dsse). */
export const envelopeSchema = z.strictObject({
  payloadType: z.literal("application/vnd.in-toto+json"),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).min(1),
});
export type Envelope = z.output<typeof envelopeSchema>;

const payloadType = "application/vnd.in-toto+json";

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

/** The statement in an envelope; its signature is another matter. */
export function opened({ payload }: Envelope): unknown {
  return JSON.parse(Buffer.from(payload, "base64").toString()) as unknown;
}

/** Why no trusted key signed what is in an envelope, as `expected …, got …; fix`; undefined when one did. */
export function sealProblem(envelope: Envelope, trusted: ReadonlyMap<string, KeyObject>): string | undefined {
  const bytes = signedBytes(Buffer.from(envelope.payload, "base64"));
  const known = envelope.signatures.filter(({ keyid }) => trusted.has(keyid));
  if (known.length === 0) {
    const names = envelope.signatures.map(({ keyid }) => keyid).join(", ");
    return `expected the signature of a key of ${publicKeyFolder}, got that of ${names}; add its .pem if you trust whoever signed`;
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
