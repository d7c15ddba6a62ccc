import { createPublicKey, sign, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { canonicalJson } from "../plan/digest.ts";
import { keyId, privateKeyIn, publicKeyFolder, publishKey } from "../signing/key.ts";

/** The private key of this clone, which git ignores. */
export const privateKeyFile = ".release-key";

export const signatureSchema = z.strictObject({
  algorithm: z.literal("ed25519"),
  key: z.string().describe("Names the file releases/keys/<key>.pem."),
  value: z.base64(),
});
export type Signature = z.output<typeof signatureSchema>;

/** The signature of a value by this clone's key, which is made at the first call, its public half beside the releases. */
export function signValue(root: string, value: unknown): Signature {
  const key = privateKeyIn(path.join(root, privateKeyFile));
  const id = publishKey(root, key);
  return { algorithm: "ed25519", key: id, value: sign(null, bytesOf(value), key).toString("base64") };
}

/** Why a signature does not hold for a value, as `expected …, got …; fix`; undefined when it holds. */
export function signatureProblem(root: string, value: unknown, signature: Signature): string | undefined {
  const file = `${publicKeyFolder}/${signature.key}.pem`;
  if (!/^[0-9a-f]+$/.test(signature.key) || !existsSync(path.join(root, file)))
    return `expected a key of ${publicKeyFolder}, got ${signature.key}; add its .pem if you trust whoever signed`;
  const key = createPublicKey(readFileSync(path.join(root, file)));
  const intact =
    keyId(key) === signature.key && verify(null, bytesOf(value), key, Buffer.from(signature.value, "base64"));
  if (intact) return undefined;
  return `expected the content that ${file} signed, got another; take the file again from where it was recorded`;
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value));
}
