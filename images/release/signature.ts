import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { canonicalJson } from "../plan/digest.ts";

/** The private key of this clone, which git ignores. */
export const privateKeyFile = ".release-key";
/** The public keys that are trusted: whoever may commit here decides who may release. */
export const publicKeyFolder = "releases/keys";

export const signatureSchema = z.strictObject({
  algorithm: z.literal("ed25519"),
  key: z.string().describe("Names the file releases/keys/<key>.pem."),
  value: z.base64(),
});
export type Signature = z.output<typeof signatureSchema>;

/** The signature of a value by this clone's key, which is made at the first call, its public half beside the releases. */
export function signValue(root: string, value: unknown): Signature {
  const key = privateKey(root);
  const publicKey = createPublicKey(key);
  const id = keyId(publicKey);
  const file = path.join(root, publicKeyFolder, `${id}.pem`);
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, publicKey.export({ type: "spki", format: "pem" }));
  }
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

function privateKey(root: string): KeyObject {
  const file = path.join(root, privateKeyFile);
  if (!existsSync(file)) {
    const { privateKey: made } = generateKeyPairSync("ed25519");
    writeFileSync(file, made.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  }
  return createPrivateKey(readFileSync(file));
}

/** 16 hexadecimal digits of the key's SHA-256. */
function keyId(publicKey: KeyObject): string {
  const bytes = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value));
}
