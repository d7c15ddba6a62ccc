import { z } from "zod";
import { sealedSchema } from "../../images/proof/envelope.ts";
import { signedDigest } from "../../images/signing/ended.ts";

/** What somebody signed: its place in the releases, its digest, and the keys by which, as it says. */
export interface SignedFile {
  file: string;
  digest: string;
  keys: string[];
}

const entrySchema = z.looseObject({ signature: z.looseObject({ key: z.string() }) });

/** What is recorded, with who signed it by a key; what an identity signed, or nobody, is not among it. */
export function signedFiles(recorded: ReadonlyMap<string, string>): SignedFile[] {
  return [...recorded].flatMap(([file, text]) => {
    const signed = file.startsWith("proofs/") ? statementOf(text) : entryOf(text);
    return signed && signed.keys.length > 0 ? [{ file, ...signed }] : [];
  });
}

type Signed = Omit<SignedFile, "file"> | undefined;

function statementOf(text: string): Signed {
  const seal = sealedSchema.safeParse(jsonOf(text)).data;
  if (!seal || "dsseEnvelope" in seal) return undefined;
  return { digest: signedDigest(seal), keys: seal.signatures.map(({ keyid }) => keyid) };
}

function entryOf(text: string): Signed {
  const input = jsonOf(text);
  const entry = entrySchema.safeParse(input).data;
  return entry && { digest: signedDigest(input), keys: [entry.signature.key] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
