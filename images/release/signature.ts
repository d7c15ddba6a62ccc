import { sign, verify } from "node:crypto";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Problem } from "../../config/problem.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { keyId, privateKeyIn, publicKeyFolder, publicKeyIn, publishKey } from "../signing/key.ts";

/** How to mend a file that is not as it was recorded. */
export const takeAgain = "take the file again from where it was recorded";

/** The private key of this clone, which git ignores. */
const privateKeyFile = ".release-key";

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

/** Why a signature does not hold for a value; undefined when it holds. */
export function signatureProblem(
  root: string,
  value: unknown,
  signature: Signature,
): Omit<Problem, "path"> | undefined {
  const file = `${publicKeyFolder}/${signature.key}.pem`;
  if (!/^[0-9a-f]+$/.test(signature.key) || !existsSync(path.join(root, file)))
    return {
      expected: `a key of ${publicKeyFolder}`,
      got: signature.key,
      fix: "add its .pem if you trust whoever signed",
    };
  const key = publicKeyIn(root, file);
  if (!key) return { expected: `a public key (PEM) in ${file}`, got: "another file", fix: takeAgain };
  const intact =
    keyId(key) === signature.key && verify(null, bytesOf(value), key, Buffer.from(signature.value, "base64"));
  if (intact) return undefined;
  return { expected: `the content that ${file} signed`, got: "another", fix: takeAgain };
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value));
}
