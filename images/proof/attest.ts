import { sha256 } from "../../plan/digest.ts";
import { usableBuildKey } from "../signing/key.ts";
import { signsKeyless } from "../signing/keyless.ts";
import { contentsDigest, type Contents } from "./contents.ts";
import { sealed, sealedKeyless } from "./envelope.ts";
import { inventory } from "./sbom.ts";
import { statementOf, type Made } from "./statement.ts";
import { writeProof } from "./store.ts";

/** What is known of an image when it has just been made. */
export type MadeImage = Omit<Made, "inventoryDigest" | "contentsDigest" | "finishedAt">;

/**
 * Writes and signs what an image is made of and how it was made: by the identity of a CI job where the project trusts one, else
 * by this user's key.
 * @returns the folder with the proof.
 */
export async function attest(root: string, making: MadeImage, contents: Contents): Promise<string> {
  const text = inventory(making, contents);
  const statement = statementOf({
    ...making,
    finishedAt: new Date(),
    inventoryDigest: `sha256:${sha256(text)}`,
    contentsDigest: contentsDigest(contents),
  });
  const keyless = signsKeyless(root);
  const envelope = keyless ? await sealedKeyless(root, statement) : sealed(statement, usableBuildKey(root));
  return writeProof(making.digest, { envelope, inventory: text, contents });
}
