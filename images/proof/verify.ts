import { createPublicKey, type KeyObject } from "node:crypto";
import { inspectImage } from "../../engine/images.ts";
import { layerArchives } from "../archive/layerArchives.ts";
import { sha256 } from "../../plan/digest.ts";
import { buildKey, keyId, trustedKeys } from "../signing/key.ts";
import { contentsDigest, readContents, type Contents } from "./contents.ts";
import { opened, signersOf, type Sealed } from "./envelope.ts";
import { byproducts, digestIn, madeFrom, parentIn, statementSchema, type Statement } from "./statement.ts";
import { envelopesOf, readEnvelope, readInventory } from "./store.ts";
import { hasProof } from "./whole.ts";
import { messageOf } from "../../work/message.ts";

/** What is to be verified: `sha256:…` of a container image or of a raw disk, and its name for people. */
export interface Verified {
  name: string;
  digest: string;
}

/** What came of it. */
export interface ProofVerdict extends Verified {
  /** `expected …, got …; fix`: none, and the image is what was signed. */
  problems: string[];
  /** What could not be looked at, and why. */
  unknown: string[];
  /** What was signed, by whom; undefined where nothing trusted was. */
  statement?: Statement;
  keys: string[];
}

/** Judges the signed statement of an image alone: it is there, a trusted key signed it, and it is about this digest. */
export function verifyStatement(root: string, image: Verified): ProofVerdict {
  const envelope = readEnvelope(root, image.digest);
  if (envelope) return judged(root, envelope, image);
  const problem = `expected a signed statement of how ${image.digest} was made, got none; build it again where it was made (npm run images)`;
  return { ...image, unknown: [], keys: [], problems: [problem] };
}

/** Judges the statement of an image, and those of all that it stands on. */
export function verifyChain(root: string, image: Verified): ProofVerdict {
  const verdict = verifyStatement(root, image);
  const parent = verdict.statement && parentIn(verdict.statement);
  if (parent === undefined) return verdict;
  const below = verifyChain(root, { name: parent, digest: parent }).problems;
  return {
    ...verdict,
    problems: below.map((problem) => `what it stands on: ${problem.replace(/^what it stands on: /, "")}`),
  };
}

/**
 * Why an image that was found by the digest of its inputs is not believed: nothing trusted says that these inputs came to it.
 * @returns `expected …, got …`; undefined where something does.
 */
export function foundProblem(root: string, image: Verified, inputDigest: string): string | undefined {
  if (!hasProof(image.digest)) return "no whole proof of how it was made";
  const problems = envelopesOf(image.digest, inputDigest).map((envelope) => {
    const { statement, problems: wrong } = judged(root, envelope, image);
    if (!statement) return wrong.join("; ");
    const made = madeFrom(statement);
    return made === inputDigest
      ? undefined
      : `expected a statement that it was made from these inputs, ${inputDigest}, got one of ${made}`;
  });
  return problems.includes(undefined) ? undefined : problems[0];
}

function judged(root: string, envelope: Sealed, { name, digest }: Verified): ProofVerdict {
  const verdict = { name, digest, unknown: [] };
  const { keys, problem } = signersOf(root, envelope, allTrusted(root));
  if (problem !== undefined) return { ...verdict, keys, problems: [problem] };
  const statement = statementSchema.parse(opened(envelope));
  const about = `sha256:${statement.subject[0]?.digest.sha256 ?? ""}`;
  if (about === digest) return { ...verdict, keys, statement, problems: [] };
  return {
    ...verdict,
    keys,
    problems: [`expected a statement about ${digest}, got one about ${about}; restore it`],
  };
}

/**
 * What an image or disk is made of, as it was signed.
 * @throws Error, as `expected …, got …; fix`, when nothing trusted says so, or it is not on this machine.
 */
export function signedContents(root: string, image: Verified): Contents {
  const { statement, problems } = verifyStatement(root, image);
  if (!statement) throw new Error(problems.join("; "));
  const contents = readInventory(image.digest)?.contents;
  if (!contents)
    throw new Error(
      `expected the inventory of ${image.digest} in this machine's cache, got none; run it where the image was built`,
    );
  const [got, signed] = [contentsDigest(contents), digestIn(statement, byproducts.contents)];
  if (got !== signed)
    throw new Error(`expected the contents ${signed} that were signed, got ${got}; build it again`);
  return contents;
}

/** Judges a container image: its statement, those of all below it, and whether the engine's layers and what is in them are what was signed. */
export async function verifyImage(root: string, image: Verified): Promise<ProofVerdict> {
  const verdict = verifyChain(root, image);
  if (!verdict.statement) return verdict;
  const facts = await inspectImage(image.digest);
  if (!facts)
    return {
      ...verdict,
      unknown: [`expected ${image.digest} in this engine, got none; pull it to compare its content`],
    };
  const problems = [...verdict.problems, ...inventoryProblems(image.digest, verdict.statement)];
  try {
    const contents = readContents(await layerArchives(facts, true));
    const got = contentsDigest(contents);
    const signed = digestIn(verdict.statement, byproducts.contents);
    // All files are named in it, with digests: what pip and npm installed is read from these, and was not always written.
    if (got !== signed && contentsDigest(withoutLibraries(contents)) !== signed)
      problems.push(
        `expected the contents ${signed} that were signed, got ${got}; remove the image and run up again`,
      );
  } catch (error) {
    problems.push(messageOf(error));
  }
  return { ...verdict, problems };
}

function withoutLibraries({ system, packages, files }: Contents): Contents {
  return { system, packages, files };
}

/** The inventory beside the image, where there is one, is the one that was signed. */
function inventoryProblems(digest: string, statement: Statement): string[] {
  const kept = readInventory(digest);
  if (!kept) return [];
  const got = `sha256:${sha256(kept.inventory)}`;
  const signed = digestIn(statement, byproducts.inventory);
  if (got === signed) return [];
  return [`expected the inventory ${signed} that was signed, got ${got}; build the image again`];
}

/** Those of the project, and what this user builds with. */
function allTrusted(root: string): Map<string, KeyObject> {
  const own = createPublicKey(buildKey());
  return new Map([...trustedKeys(root), [keyId(own), own]]);
}
