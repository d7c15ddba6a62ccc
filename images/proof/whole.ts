import { isMarked, keepMark, wholeMark } from "../../work/wholeMark.ts";
import { sha256 } from "../../plan/digest.ts";
import { contentsDigest } from "./contents.ts";
import { opened } from "./envelope.ts";
import { byproducts, digestIn, statementSchema } from "./statement.ts";
import { hasEnvelope, keptEnvelope, proofFiles, readInventory } from "./store.ts";

/**
 * Whether this machine has the proof of an image or disk, whole: a statement about it, and the inventory and contents that it speaks of.
 * One that is damaged is told of, and none. They are read again only when one of their files has changed; who signed is not asked.
 */
export function hasProof(digest: string): boolean {
  if (!hasEnvelope(digest)) return false;
  const name = `proof-${digest.replace("sha256:", "")}`;
  const mark = wholeMark(proofFiles(digest));
  if (mark !== undefined && isMarked(name, mark)) return true;
  const problem = problemOf(digest);
  if (problem === undefined && mark !== undefined) {
    keepMark(name, mark);
    return true;
  }
  process.stderr.write(
    `${problem ?? `${digest}: expected the three files of its proof, got fewer`}; it is made again\n`,
  );
  return false;
}

/** What is wrong with the files of a proof; undefined where they belong together. */
function problemOf(digest: string): string | undefined {
  try {
    const statement = statementSchema.parse(opened(keptEnvelope(digest)));
    const about = `sha256:${statement.subject[0]?.digest.sha256 ?? ""}`;
    const known = readInventory(digest);
    const found = {
      inventory: known && `sha256:${sha256(known.inventory)}`,
      contents: known && contentsDigest(known.contents),
    };
    const isWhole =
      about === digest &&
      found.inventory === digestIn(statement, byproducts.inventory) &&
      found.contents === digestIn(statement, byproducts.contents);
    return isWhole ? undefined : `${digest}: expected the proof that was written, got another`;
  } catch {
    return `${digest}: expected the proof that was written, got files that cannot be read`;
  }
}
