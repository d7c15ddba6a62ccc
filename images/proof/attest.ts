import { sha256 } from "../plan/digest.ts";
import { buildKey } from "../signing/key.ts";
import { contentsDigest, type Contents } from "./contents.ts";
import { sealed } from "./envelope.ts";
import { inventory } from "./sbom.ts";
import { statementOf, type Made } from "./statement.ts";
import { writeProof } from "./store.ts";

/** What is known of an image when it has just been made. */
export type Making = Omit<Made, "inventoryDigest" | "contentsDigest" | "finishedAt">;

/**
 * Writes and signs what an image is made of and how it was made.
 * @returns the folder with the proof.
 */
export function attest(making: Making, contents: Contents): string {
  const text = inventory(making, contents);
  const statement = statementOf({
    ...making,
    finishedAt: new Date(),
    inventoryDigest: `sha256:${sha256(text)}`,
    contentsDigest: contentsDigest(contents),
  });
  return writeProof(making.digest, { envelope: sealed(statement, buildKey()), inventory: text, contents });
}
