import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { cacheFolder, cachePath } from "../../work/cache.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { keepFolder } from "../../work/wholeFolder.ts";
import { fetchLedger } from "../ledger/fetch.ts";
import { releasesFolder } from "../ledger/folder.ts";
import type { Contents } from "./contents.ts";
import { isAfterEnd, opened, sealedSchema, type Sealed } from "./envelope.ts";
import { madeFrom, parentIn, statementSchema, type Statement } from "./statement.ts";

/** What is kept of an image beside it. */
export interface Proof {
  envelope: Sealed;
  /** Text of the CycloneDX document. */
  inventory: string;
  contents: Contents;
}

const files = {
  envelope: "provenance.dsse.json",
  inventory: "inventory.cdx.json",
  contents: "contents.json",
};

/** The folder with the proof of an image or disk of that digest (`sha256:…`). */
export function proofFolder(digest: string): string {
  return cachePath("proofs", digest.replace("sha256:", ""));
}

/** Keeps a proof; a newer one of the same image takes its place. It is seen whole or not at all. */
export function writeProof(digest: string, { envelope, inventory, contents }: Proof): string {
  const partial = mkdtempSync(path.join(cacheFolder("work"), "proof-"));
  try {
    writeFileSync(path.join(partial, files.envelope), `${JSON.stringify(envelope, null, 2)}\n`);
    writeFileSync(path.join(partial, files.inventory), inventory);
    writeFileSync(path.join(partial, files.contents), JSON.stringify(contents));
    return keepProof(digest, partial);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Makes a folder with the three files the proof of an image. The statements of other inputs that came to the same image stay beside it. */
export function keepProof(digest: string, folder: string): string {
  keepEarlier(proofFolder(digest), folder);
  keepFolder(folder, proofFolder(digest));
  return proofFolder(digest);
}

/** How many statements of one image, of other inputs each, are kept beside the newest. */
const mostEarlier = 20;

function keepEarlier(before: string, folder: string): void {
  const newest = inputDigestIn(path.join(folder, files.envelope));
  const earlier = statementFiles(before).flatMap((file) => {
    const inputDigest = inputDigestIn(file);
    return inputDigest === undefined || inputDigest === newest ? [] : [{ file, inputDigest }];
  });
  for (const { file, inputDigest } of earlier.slice(0, mostEarlier)) {
    const kept = path.join(folder, earlierName(inputDigest));
    if (!existsSync(kept)) cpSync(file, kept, { preserveTimestamps: true });
  }
}

/** Files with statements in the folder of a proof, the latest first. */
function statementFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^provenance(-[0-9a-f]{64})?\.dsse\.json$/.test(name))
    .map((name) => path.join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

function earlierName(inputDigest: string): string {
  return `provenance-${inputDigest}.dsse.json`;
}

/** The inputs that a statement is about; undefined of a file that is no such statement. */
function inputDigestIn(file: string): string | undefined {
  const found = statementIn(file);
  const digest = found && madeFrom(found.statement);
  return digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

/** The statements of an image that may say that it was made from some inputs: the newest, and that of these inputs; no damaged one. */
export function envelopesOf(digest: string, inputDigest: string): Sealed[] {
  const found = [envelopeFile(digest), path.join(proofFolder(digest), earlierName(inputDigest))];
  return found.flatMap((file) => statementIn(file)?.envelope ?? []);
}

/** The statement in a file, and what signs it; undefined of a file that is not there, or no such statement. */
function statementIn(file: string): { envelope: Sealed; statement: Statement } | undefined {
  try {
    const envelope = envelopeIn(file);
    return { envelope, statement: statementSchema.parse(opened(envelope)) };
  } catch {
    return undefined;
  }
}

/** Whether this machine has a proof of an image, whole or not. */
export function hasEnvelope(digest: string): boolean {
  return existsSync(envelopeFile(digest));
}

/** The three files of a proof, whether or not they are there. */
export function proofFiles(digest: string): string[] {
  return Object.values(files).map((name) => path.join(proofFolder(digest), name));
}

/**
 * The signed statement of an image: where it was built, else, or where that one is damaged or its key had ended, from the releases; undefined where there is none.
 * @throws Error when no file is what it should be.
 */
export function readEnvelope(root: string, digest: string): Sealed | undefined {
  fetchLedger(root);
  const own = hasEnvelope(digest);
  const released = path.join(root, releasesFolder, releasedProof(digest));
  if (!existsSync(released)) return own ? keptEnvelope(digest) : undefined;
  try {
    const kept = own ? keptEnvelope(digest) : undefined;
    return kept && !isAfterEnd(root, kept) ? kept : envelopeIn(released);
  } catch (error) {
    if (!own) throw error;
    return envelopeIn(released);
  }
}

/** That of this machine's cache. @throws Error where there is none, or another file. */
export function keptEnvelope(digest: string): Sealed {
  return envelopeIn(envelopeFile(digest));
}

function envelopeFile(digest: string): string {
  return path.join(proofFolder(digest), files.envelope);
}

function envelopeIn(file: string): Sealed {
  try {
    return sealedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`${file}: expected a signed statement, got another file; ${makeAgain}`, {
      cause: error,
    });
  }
}

/** A build sees by itself that a proof is damaged; an update that finds nothing changed runs none. */
const makeAgain = "npm run up -- --images-again makes it again";

/**
 * The inventory and contents of an image, where this machine has them.
 * @throws Error, as `expected …, got …; fix`, when a file is not whole.
 */
export function readInventory(digest: string): Omit<Proof, "envelope"> | undefined {
  if (!hasEnvelope(digest)) return undefined;
  const file = (name: string) => path.join(proofFolder(digest), name);
  try {
    const inventory = readFileSync(file(files.inventory), "utf8");
    return { inventory, contents: JSON.parse(readFileSync(file(files.contents), "utf8")) as Contents };
  } catch (error) {
    throw new Error(
      `${proofFolder(digest)}: expected the inventory and contents of an image, got other files; ${makeAgain}`,
      { cause: error },
    );
  }
}

/**
 * The statements of images and disks, and of all that they stand on, by their places in the folder of releases, with which they go along; as far
 * down as there are any.
 */
export function releasableProofs(root: string, digests: readonly string[]): Record<string, string> {
  const all = new Set(digests.flatMap((each) => [each, ...digestsBelow(root, each)]));
  return Object.fromEntries(
    [...all].flatMap((each) => {
      const envelope = readEnvelope(root, each);
      return envelope ? [[releasedProof(each), `${JSON.stringify(envelope, null, 2)}\n`]] : [];
    }),
  );
}

/** What an image stands on, or a disk was made from, as their statements say: the nearest first, as far down as there are any. */
export function digestsBelow(root: string, digest: string): string[] {
  const parent = parentOf(root, digest);
  return parent === undefined ? [] : [parent, ...digestsBelow(root, parent)];
}

/** Undefined where a statement says nothing, is altered or damaged, too: that is told by whoever verifies it. */
function parentOf(root: string, digest: string): string | undefined {
  try {
    const envelope = readEnvelope(root, digest);
    return envelope && parentIn(statementSchema.parse(opened(envelope)));
  } catch {
    return undefined;
  }
}

/** Puts them among the releases of this clone. */
export function releaseProofs(root: string, digests: readonly string[]): void {
  for (const [file, text] of Object.entries(releasableProofs(root, digests)))
    writeWhole(path.join(root, releasesFolder, file), text);
}

/** Where signed statements of released images are, which Git carries to other machines, in the folder of releases. */
function releasedProof(digest: string): string {
  return `proofs/${digest.replace("sha256:", "")}.json`;
}
